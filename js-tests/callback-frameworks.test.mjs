// The handler of callbacks in frameworks, over real sockets. NestJS, Next.js and workerd are in the packaging tests.
import { serve } from "@hono/node-server";
import assert from "node:assert/strict";
import express5 from "express";
import express4 from "express4";
import Fastify from "fastify";
import { Hono } from "hono";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import * as paystar from "paystar";
import * as server from "paystar/server";
import { makeHandle } from "./packaging/shared/callback-app.mjs";
import { assertAllOk, KEYS, openControl, printMatrix, runMatrix } from "./packaging/shared/callback-matrix.mjs";

const { toNodeHandler } = server;
const signer = new paystar.PayStar({ payouts: KEYS, baseUrl: "http://127.0.0.1:1" });
const rows = [];
let control;
before(async () => {
	control = await openControl();
});
after(() => {
	control.close();
	printMatrix(rows);
});

const listen = (given) =>
	new Promise((resolve) => {
		const listening = given.listen(0, "127.0.0.1", () => {
			const close = () => {
				listening.close();
				listening.closeAllConnections();
			};
			resolve({ url: `http://127.0.0.1:${listening.address().port}`, close });
		});
	});

const express = (make, use) => (handle) => {
	const app = make();
	app.use("/parsed", make.json(), toNodeHandler(handle));
	use(app, make, handle);
	return listen(app);
};

/** How each framework serves the handler at `/callback`, and after a parser at `/parsed`. */
const FRAMEWORKS = {
	"node:http": {
		fix: /Pass the request to the handler before anything reads it/,
		start: (handle) => {
			const handler = toNodeHandler(handle);
			return listen(
				createServer(async (request, response) => {
					if (request.url === "/parsed") for await (const chunk of request) void chunk;
					await handler(request, response);
				}),
			);
		},
	},
	"express 4": {
		fix: /express\.raw/,
		start: express(express4, (app, _, handle) => app.post("/callback", toNodeHandler(handle))),
	},
	"express 5": {
		fix: /express\.raw/,
		start: express(express5, (app, _, handle) => app.post("/callback", toNodeHandler(handle))),
	},
	"express 5 with express.raw": {
		fix: /express\.raw/,
		// express answers 413 itself, and closes a body that stalls only after its own time limit. So this is not the default.
		start: express(express5, (app, make, handle) => {
			const raw = make.raw({ type: () => true, limit: "64kb" });
			// eslint-disable-next-line no-unused-vars
			const onlyStatus = (error, request, response, next) => void response.status(error.status).end();
			app.post("/callback", raw, toNodeHandler(handle));
			app.use(onlyStatus);
		}),
		leftOut: ["stalls"],
	},
	fastify: {
		fix: /Fastify: .*addContentTypeParser/,
		start: async (handle) => {
			const app = Fastify();
			app.post("/parsed", toNodeHandler(handle));
			app.register(async (plugin) => {
				plugin.removeAllContentTypeParsers();
				plugin.addContentTypeParser("*", (request, payload, done) => done(null));
				plugin.post("/callback", toNodeHandler(handle));
			});
			const url = await app.listen({ port: 0, host: "127.0.0.1" });
			return { url, close: () => app.close() };
		},
	},
	Hono: {
		fix: /read request\.clone\(\)/,
		start: (handle) => {
			const app = new Hono();
			app.post("/callback", (context) => handle(context.req.raw));
			app.post("/parsed", async (context) => {
				await context.req.raw.text();
				return handle(context.req.raw);
			});
			return new Promise((resolve) => {
				const listening = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
					resolve({ url: `http://127.0.0.1:${port}`, close: () => listening.close() }),
				);
			});
		},
	},
};

for (const [framework, { fix, start, leftOut = [] }] of Object.entries(FRAMEWORKS)) {
	test(`${framework} passes on only what it should, and answers with the right status`, async () => {
		const handle = makeHandle(paystar, server, { control: control.url, keys: KEYS });
		const { url, close } = await start(handle);
		const sign = (body) => signer.callbacks.sign(body);
		const at = { url: `${url}/callback`, parsedUrl: `${url}/parsed` };
		const row = await runMatrix({ framework, ...at, fix, control, sign, leftOut });
		rows.push(row);
		await close();
		assertAllOk(row);
	});
}

test("a route handler of Next.js gets the request itself", async () => {
	const POST = makeHandle(paystar, server, { control: control.url, keys: KEYS });
	const body = '{"externalId":"next-1","status":"Success","amount":"100.10","orderType":"Withdrawal"}';
	const request = new Request("https://shop.example/api/paystar", {
		method: "POST",
		body,
		headers: { signature: signer.callbacks.sign(body) },
	});
	assert.equal((await POST(request, { params: Promise.resolve({}) })).status, 200);
	assert.deepEqual(control.effects.get("next-1"), ["Success 100.10"]);
});
