import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { PayStar } from "paystar";
import { checkPanel, openPayStar } from "./panel-check.mjs";
import { assertAllOk, KEYS, openControl, printMatrix, runMatrix } from "./callback-matrix.mjs";

export const tool = "next";

const BUNDLERS = { turbopack: "Turbopack", webpack: "webpack" };

const next = (...args) => ["node_modules/next/dist/bin/next", ...args];
const envOf = (bundler) => ({ NEXT_TELEMETRY_DISABLED: "1", NEXT_DIST_DIR: `.next-${bundler}` });
const start = (world, bundler, env = {}) =>
	world.startNode(
		next("start", "--hostname", "127.0.0.1", "--port", "0"),
		{ ...envOf(bundler), ...env },
		/Local: +(\S+)/,
	);

export async function prepare(world) {
	for (const bundler of Object.keys(BUNDLERS)) await world.runNode(next("build", `--${bundler}`), envOf(bundler));
}

/** Hosted edge runtimes do not compile wasm from bytes, but this server does. So the build must contain a wasm file. */
async function checkEdge(world, bundler) {
	const built = readdirSync(`${world.folder}/.next-${bundler}/server`, { recursive: true });
	assert.ok(built.some((name) => name.endsWith(".wasm")));
	await world.checkAnswer(`${await start(world, bundler)}/edge`);
}

async function checkCallbacks(world, bundler) {
	const control = await openControl();
	world.after(() => control.close());
	const signer = new PayStar({ payouts: KEYS, baseUrl: control.url });
	const url = await start(world, bundler, { CALLBACK_SETTINGS: JSON.stringify({ control: control.url, keys: KEYS }) });
	const row = await runMatrix({
		framework: "Next.js",
		url: new URL("/callback", url).href,
		parsedUrl: new URL("/parsed", url).href,
		fix: /read request\.clone\(\)/,
		control,
		sign: (body) => signer.callbacks.sign(body),
	});
	printMatrix([row]);
	assertAllOk(row);
}

async function checkNextPanel(world, bundler) {
	const { sandbox, settings } = await openPayStar(world);
	await checkPanel(await start(world, bundler, { PANEL_SETTINGS: JSON.stringify(settings) }), sandbox);
}

export const rows = Object.fromEntries(
	Object.entries(BUNDLERS).flatMap(([bundler, name]) => [
		[`Next.js (${name}), node route`, async (world) => world.checkAnswer(`${await start(world, bundler)}/node`)],
		[`Next.js (${name}), edge route`, (world) => checkEdge(world, bundler)],
		[`Next.js (${name}), client component`, async (world) => world.checkPage(await start(world, bundler), "")],
		[`Next.js (${name}), callbacks`, (world) => checkCallbacks(world, bundler)],
		[`Next.js (${name}), panel`, (world) => checkNextPanel(world, bundler)],
	]),
);
