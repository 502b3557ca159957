import * as paystar from "paystar";
import { Sandbox } from "paystar/sandbox";
import * as server from "paystar/server";
import { makeHandle } from "./callback-app.mjs";
import { makePanel } from "./panel-app.mjs";
import { run } from "./program.mjs";

let handle;
let panel;

export default {
	async fetch(request, env) {
		const { pathname } = new URL(request.url);
		if (pathname === "/callback" || pathname === "/parsed") {
			handle ??= makeHandle(paystar, server, env.CALLBACK_SETTINGS);
			if (pathname === "/parsed") await request.json();
			return handle(request);
		}
		if (pathname.startsWith("/paystar/")) {
			panel ??= makePanel(paystar, server, env.PANEL_SETTINGS);
			return panel(request);
		}
		const settings = await request.json();
		if (pathname === "/sandbox") {
			const sandbox = new Sandbox({ payouts: settings.keys });
			const client = new paystar.PayStar({ payouts: settings.keys, baseUrl: "http://sandbox", fetch: sandbox.fetch });
			return Response.json(await client.payouts.create(settings.order));
		}
		return Response.json(await run(paystar, settings));
	},
};
