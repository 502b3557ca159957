import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { checkPanel, openPayStar } from "./panel-check.mjs";
import { checkCallbacks, webRoutes } from "./callback-check.mjs";

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

const checkNextCallbacks = (world, bundler) =>
	checkCallbacks(world, "Next.js", async (settings) =>
		webRoutes(await start(world, bundler, { CALLBACK_SETTINGS: JSON.stringify(settings) })),
	);

async function checkNextPanel(world, bundler) {
	const { sandbox, settings } = await openPayStar(world);
	await checkPanel(await start(world, bundler, { PANEL_SETTINGS: JSON.stringify(settings) }), sandbox);
}

export const rows = Object.fromEntries(
	Object.entries(BUNDLERS).flatMap(([bundler, name]) => [
		[`Next.js (${name}), node route`, async (world) => world.checkAnswer(`${await start(world, bundler)}/node`)],
		[`Next.js (${name}), edge route`, (world) => checkEdge(world, bundler)],
		[`Next.js (${name}), client component`, async (world) => world.checkPage(await start(world, bundler), "")],
		[`Next.js (${name}), callbacks`, (world) => checkNextCallbacks(world, bundler)],
		[`Next.js (${name}), panel`, (world) => checkNextPanel(world, bundler)],
	]),
);
