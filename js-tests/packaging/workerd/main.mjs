import * as paystar from "paystar";
import { Sandbox } from "paystar/sandbox";
import { run } from "./program.mjs";

export default {
	async fetch(request) {
		const settings = await request.json();
		if (new URL(request.url).pathname === "/sandbox") {
			const sandbox = new Sandbox({ payouts: settings.keys });
			const client = new paystar.PayStar({ payouts: settings.keys, baseUrl: "http://sandbox", fetch: sandbox.fetch });
			return Response.json(await client.payouts.create(settings.order));
		}
		return Response.json(await run(paystar, settings));
	},
};
