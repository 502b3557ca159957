// Tools that answer in place of a server, or watch requests: a mocked request never reaches the server, whenever the tool
// was installed. Each case runs in a separate process, because some tools cannot be removed.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CREATED, json, serve } from "./support/http.mjs";

const MOCKED = CREATED.replace("PSP-1", "MOCKED");
const PATH = "/api/v1/integration/withdrawal-order/";

const undiciMock = (name) => `
	const { MockAgent, setGlobalDispatcher } = await import("${name}");
	const agent = new MockAgent();
	agent.disableNetConnect();
	setGlobalDispatcher(agent);
	agent.get(url).intercept({ path: "${PATH}", method: "POST" }).reply(200, '${MOCKED}').persist();`;

const undiciAgent = (name) => `
	const { Agent, buildConnector, setGlobalDispatcher } = await import("${name}");
	const connect = (options, callback) => buildConnector({})({ ...options, port: new URL(mock).port }, callback);
	setGlobalDispatcher(new Agent({ connect }));`;

/** The code that installs each tool. `url` is the server that must not be reached. */
const TOOLS = {
	nock: `
		const { default: nock } = await import("nock");
		nock.disableNetConnect();
		nock(url).post("${PATH}").reply(200, '${MOCKED}').persist();`,
	MSW: `
		const [{ setupServer }, { http, HttpResponse }] = await Promise.all([import("msw/node"), import("msw")]);
		setupServer(http.post(url + "${PATH}", () => HttpResponse.text('${MOCKED}'))).listen();`,
	"undici 6's MockAgent": undiciMock("undici-6"),
	"undici 7's MockAgent": undiciMock("undici-7"),
	"undici 8's MockAgent": undiciMock("undici-8"),
	"an Agent of undici 6 with options": undiciAgent("undici-6"),
	"an Agent of undici 7 with options": undiciAgent("undici-7"),
	"an Agent of undici 8 with options": undiciAgent("undici-8"),
	"a replaced method of the global dispatcher": `
		void globalThis.Headers;
		for (const key of [1, 2].map((it) => Symbol.for("undici.globalDispatcher." + it)).filter((it) => globalThis[it])) {
			const dispatcher = globalThis[key];
			const { dispatch } = dispatcher;
			dispatcher.dispatch = (options, handler) => dispatch.call(dispatcher, { ...options, origin: mock }, handler);
		}`,
	"a dispatcher of an interceptor": `
		void globalThis.Headers;
		const key = [2, 1].map((it) => Symbol.for("undici.globalDispatcher." + it)).find((it) => globalThis[it]);
		globalThis[key] = globalThis[key].compose(() => (options, handler) => {
			const raw = [Buffer.from("content-type"), Buffer.from("application/json")];
			const body = Buffer.from('${MOCKED}');
			if (handler.onConnect) {
				handler.onConnect(() => {});
				handler.onHeaders(200, raw, () => {}, "OK");
				handler.onData(body);
				handler.onComplete([]);
			} else {
				handler.onRequestStart({}, {});
				handler.onResponseStart({}, 200, {}, "OK");
				handler.onResponseData({}, body);
				handler.onResponseEnd({}, {});
			}
			return true;
		});`,
	"a replaced fetch": `globalThis.fetch = async () => new Response('${MOCKED}');`,
	"a replaced http.request": `
		const http = process.getBuiltinModule("node:http");
		const { request } = http;
		http.request = (options, ...rest) => request({ ...options, port: new URL(mock).port }, ...rest);`,
	"a wrapped Agent.prototype.addRequest": `
		const { Agent } = process.getBuiltinModule("node:http");
		const { addRequest } = Agent.prototype;
		Agent.prototype.addRequest = function (request, options, ...rest) {
			return addRequest.call(this, request, { ...options, port: new URL(mock).port }, ...rest);
		};`,
	"a replaced net.connect": `
		const net = process.getBuiltinModule("node:net");
		const { connect } = net;
		net.connect = net.createConnection = (options, ...rest) =>
			connect({ ...options, port: new URL(mock).port }, ...rest);`,
};

const CALL = `
	const { PayStar } = await import("paystar");
	const client = new PayStar({ payouts: { token: "a.b.c" }, baseUrl: url, maxRetries: 0, timeoutMs: 5_000, transport });
	const create = async (payouts, externalTransactionId) =>
		(await payouts.create({ amount: "1", currency: "USD", externalTransactionId })).externalId;`;

const ORDERS = {
	"before the import": (tool) => `${tool} ${CALL} console.log(await create(client.payouts, "A"));`,
	"after the import": (tool) => `${CALL} ${tool} console.log(await create(client.payouts, "A"));`,
	"after a request": (tool) =>
		`${CALL} await create(client.payouts, "real"); await new Promise((done) => setTimeout(done, 20));
		${tool} console.log(await create(client.payouts, "A"));`,
};

const [major] = process.versions.node.split(".").map(Number);
// Node's own agent has no connection left for net.connect to make, after a request.
const isImpossible = (tool, order) => tool === "a replaced net.connect" && order === "after a request";

for (const [tool, source] of Object.entries(TOOLS)) {
	if (tool.includes("undici 8") && major < 22) continue;
	for (const [order, script] of Object.entries(ORDERS)) {
		if (isImpossible(tool, order)) continue;
		test(`${tool}, installed ${order}: the mocked request does not reach the server`, async (t) => {
			const server = await serve(t, json(200, CREATED));
			const mock = await serve(t, json(200, MOCKED));
			const [flag, ...names] = ["--input-type=module", "url", "mock", "transport"];
			const values = [server.url, mock.url, "dispatcher"];
			const head = `const [${names}] = process.argv.slice(1);`;
			const { stdout } = await promisify(execFile)(process.execPath, [flag, "-e", head + script(source), ...values], {
				cwd: fileURLToPath(new URL(".", import.meta.url)),
				timeout: 30_000,
			});
			assert.equal(stdout.trim(), "MOCKED");
			const reached = server.requests.filter(({ body }) => !body.includes('"real"'));
			assert.deepEqual(reached, []);
		});
	}
}
