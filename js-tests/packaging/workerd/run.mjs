import { readdirSync } from "node:fs";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import assert from "node:assert/strict";
import { checkPanel, openPayStar } from "./panel-check.mjs";
import { checkCallbacks, webRoutes } from "./callback-check.mjs";

export const tool = "workerd";

/** Bundles like Cloudflare's tools: with these conditions, and each wasm as a separate module. */
export const prepare = ({ folder }) =>
	build({
		absWorkingDir: folder,
		entryPoints: ["main.mjs"],
		outdir: "dist",
		bundle: true,
		format: "esm",
		conditions: ["workerd", "worker", "browser"],
		loader: { ".wasm": "copy" },
		logLevel: "warning",
	});

function start(world, bindings = {}) {
	const dist = `${world.folder}/dist`;
	const wasm = readdirSync(dist).filter((name) => name.endsWith(".wasm"));
	assert.equal(wasm.length, 2);
	const worker = new Miniflare({
		modulesRoot: dist,
		modules: [
			{ type: "ESModule", path: `${dist}/main.js` },
			...wasm.map((name) => ({ type: "CompiledWasm", path: `${dist}/${name}` })),
		],
		bindings,
		host: "127.0.0.1",
		compatibilityDate: "2025-01-01",
	});
	world.after(() => worker.dispose());
	return worker.ready;
}

const checkWorkerCallbacks = (world) =>
	checkCallbacks(world, "workerd", async (settings) => webRoutes(await start(world, { CALLBACK_SETTINGS: settings })));

async function checkWorkerPanel(world) {
	const { sandbox, settings } = await openPayStar(world);
	await checkPanel(await start(world, { PANEL_SETTINGS: settings }), sandbox);
}

export const rows = {
	"workerd (miniflare)": async (world) => world.checkAnswer(await start(world)),
	"workerd, sandbox within": async (world) => {
		const { orderStatus } = await world.post(new URL("/sandbox", await start(world)));
		assert.equal(orderStatus, "Created");
	},
	"workerd, callbacks": checkWorkerCallbacks,
	"workerd, panel": checkWorkerPanel,
};
