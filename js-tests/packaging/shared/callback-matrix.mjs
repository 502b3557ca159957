// What every framework must do with callbacks, over real sockets. `runMatrix` tests one framework, and `printMatrix` prints
// the table.
import assert from "node:assert/strict";
import { createServer, request as httpRequest } from "node:http";
import { connect } from "node:net";

export const KEYS = { publicKey: "pk_matrix", privateKey: "sk_matrix_0c4e" };
const LIMIT_MS = 20_000;

const textOf = async (stream) => {
	let text = "";
	for await (const chunk of stream) text += chunk;
	return text;
};

/**
 * The world around a handler: PayStar's status reads, the effects, and the faults. The start of an id says which fault an
 * order has: `throws-`, `commit-` and `lag-` fail the first time.
 */
export async function openControl() {
	const effects = new Map();
	const rejected = [];
	const seen = new Set();
	const isFirst = (kind, externalId) => {
		const key = `${kind} ${externalId}`;
		return externalId.startsWith(`${kind}-`) && !seen.has(key) && Boolean(seen.add(key));
	};
	const routes = {
		"/effect": ({ externalId, effect }) => {
			effects.set(externalId, [...(effects.get(externalId) ?? []), effect]);
			return { throws: isFirst("throws", externalId) };
		},
		"/commit": ({ externalId }) => ({ fails: isFirst("commit", externalId) }),
		"/rejected": (rejection) => {
			rejected.push(rejection);
			return {};
		},
	};
	const statusOf = (path) => {
		const externalId = decodeURIComponent(/order\/([^/]+)\/status$/.exec(path)[1]);
		const orderStatus = isFirst("lag", externalId) ? "Processing" : "Success";
		return { externalId, orderStatus, orderHistory: [] };
	};
	const server = createServer(async (request, response) => {
		const body = await textOf(request);
		const answer = request.method === "POST" ? routes[request.url](JSON.parse(body)) : statusOf(request.url);
		response.setHeader("content-type", "application/json");
		response.end(JSON.stringify(answer));
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	const close = () => {
		server.close();
		server.closeAllConnections();
	};
	return { url: `http://127.0.0.1:${server.address().port}`, effects, rejected, close };
}

/** Sends a POST, and returns the status of the response. */
function post(url, { body, signature }) {
	return new Promise((resolve, reject) => {
		const headers = { signature, "content-type": "application/json", "content-length": Buffer.byteLength(body) };
		const request = httpRequest(url, { method: "POST", headers, timeout: LIMIT_MS }, (response) => {
			textOf(response).then((text) => {
				assert.equal(text, "", "the body of the response must be empty");
				resolve(response.statusCode);
			}, reject);
		});
		request.on("error", reject);
		request.on("timeout", () => request.destroy(new Error("no response")));
		request.end(body);
	});
}

/** Sends the start of a POST. Returns the socket. */
function postStart(url, signature, start) {
	const { hostname, port, pathname } = new URL(url);
	const socket = connect(Number(port), hostname);
	const head = ["Host: localhost", `Signature: ${signature}`, "Content-Type: application/json", "Content-Length: 200"];
	socket.write(`POST ${pathname} HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n${start}`);
	return socket;
}

async function statusOfStalled(url, signature, start) {
	const socket = postStart(url, signature, start);
	socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error("no response")));
	for await (const chunk of socket) {
		socket.destroy();
		return Number(/^HTTP\/1\.1 (\d+)/.exec(chunk.toString())[1]);
	}
	throw new Error("the socket was closed without a response");
}

/** Each case gets `{ send, effectsOf, … }`. */
const CASES = {
	good: async ({ send, effectsOf }) => {
		assert.equal(await send("good"), 200);
		assert.deepEqual(effectsOf("good"), ["Success 100.10"]);
	},
	tampered: async ({ sendAs, signed, effectsOf }) => {
		const { body, signature } = signed("tampered");
		assert.equal(await sendAs({ body: body.replace("100.10", "900.10"), signature }), 401);
		assert.deepEqual(effectsOf("tampered"), []);
	},
	replayed: async ({ send, effectsOf }) => {
		for (let count = 0; count < 3; count++) assert.equal(await send("replayed"), 200);
		assert.deepEqual(effectsOf("replayed"), ["Success 100.10"]);
	},
	"two amounts": async ({ send, effectsOf }) => {
		for (const amount of ["1.00", "2.00", "1.00", "2.00"]) assert.equal(await send("amounts", { amount }), 200);
		assert.deepEqual(effectsOf("amounts"), ["Success 1.00", "Success 2.00"]);
	},
	"out of order": async ({ send, effectsOf }) => {
		for (const status of ["Processing", "Created", "Success", "Processing"]) {
			assert.equal(await send("order", { status }), 200);
		}
		assert.deepEqual(effectsOf("order"), ["Processing 100.10", "Success 100.10"]);
	},
	"200 KB": async ({ sendAs, signed, effectsOf }) => {
		const { body, signature } = signed("large");
		assert.equal(await sendAs({ body: body + " ".repeat(200_000), signature }), 413);
		assert.deepEqual(effectsOf("large"), []);
	},
	"1 MB": async ({ sendAs, signed, effectsOf }) => {
		const { body, signature } = signed("huge");
		assert.equal(await sendAs({ body: body + " ".repeat(1_000_000), signature }), 413);
		assert.deepEqual(effectsOf("huge"), []);
	},
	stalls: async ({ url, signed, effectsOf }) => {
		const { body, signature } = signed("stalls");
		assert.equal(await statusOfStalled(url, signature, body.slice(0, 20)), 408);
		assert.deepEqual(effectsOf("stalls"), []);
	},
	"parsed before": async ({ parsedUrl, signed, control, effectsOf, framework, fix }) => {
		const before = control.rejected.length;
		assert.equal(await post(parsedUrl, signed("parsed")), 500);
		assert.deepEqual(effectsOf("parsed"), []);
		const rejections = control.rejected.slice(before).filter(({ code }) => code === "body_already_parsed");
		assert.equal(rejections.length, 1, framework);
		assert.match(rejections[0].message, fix);
	},
	"goes away": async ({ url, signed, send, effectsOf }) => {
		const { body, signature } = signed("gone");
		const socket = postStart(url, signature, body.slice(0, 20));
		await new Promise((resolve) => setTimeout(resolve, 100));
		socket.destroy();
		assert.equal(await send("after-gone"), 200);
		assert.deepEqual([effectsOf("gone"), effectsOf("after-gone").length], [[], 1]);
	},
	"100 at once": async ({ send, effectsOf }) => {
		const statuses = await Promise.all(Array.from({ length: 100 }, () => send("many")));
		assert.deepEqual([...new Set(statuses)], [200]);
		assert.deepEqual(effectsOf("many"), ["Success 100.10"]);
	},
	"code throws": async ({ send, effectsOf }) => {
		assert.deepEqual([await send("throws"), await send("throws"), await send("throws")], [500, 200, 200]);
		assert.equal(effectsOf("throws").length, 2);
	},
	"commit fails": async ({ send, effectsOf }) => {
		assert.deepEqual([await send("commit"), await send("commit"), await send("commit")], [500, 200, 200]);
		assert.equal(effectsOf("commit").length, 2);
	},
	"status lags": async ({ send, effectsOf }) => {
		assert.deepEqual([await send("lag"), await send("lag"), await send("lag")], [503, 200, 200]);
		assert.deepEqual(effectsOf("lag"), ["Success 100.10"]);
	},
};

/**
 * Tests a framework that serves the handler of `callback-app.mjs` at `url`. `parsedUrl` is a route whose body is parsed
 * before, and `fix` what the log must say about it. `sign(body)` signs.
 * `leftOut` names the cases that the framework decides by itself. Returns the row of the table.
 */
export async function runMatrix({ framework, url, parsedUrl, fix, control, sign, leftOut = [] }) {
	const row = { framework };
	let number = 0;
	const run = `${framework}-${Math.random().toString(36).slice(2)}`.replace(/\W/g, "_");
	const idOf = (kind) => `${kind}-${run}`;
	const signed = (kind, changes = {}) => {
		const order = { externalId: idOf(kind), status: "Success", amount: "100.10", orderType: "Withdrawal", ...changes };
		const body = JSON.stringify(order);
		return { body, signature: sign(body) };
	};
	const tools = {
		framework,
		url,
		parsedUrl,
		fix,
		control,
		signed,
		sendAs: (message) => post(url, message),
		send: (kind, changes) => post(url, signed(kind, changes)),
		effectsOf: (kind) => control.effects.get(idOf(kind)) ?? [],
	};
	for (const [name, work] of Object.entries(CASES)) {
		number++;
		if (leftOut.includes(name)) {
			row[name] = "-";
			continue;
		}
		try {
			await work(tools);
			row[name] = "ok";
		} catch (error) {
			row[name] = "FAILED";
			console.error(`${framework}, case ${number} (${name}): ${error.stack}`);
		}
	}
	return row;
}

/** The table: one row for each framework, one column for each case. */
export function printMatrix(rows) {
	const columns = ["framework", ...Object.keys(CASES)];
	const widths = columns.map((name) => Math.max(name.length, ...rows.map((row) => String(row[name] ?? "").length)));
	const lineOf = (cells) =>
		cells
			.map((cell, at) => String(cell ?? "").padEnd(widths[at]))
			.join("  ")
			.trimEnd();
	console.log([lineOf(columns), ...rows.map((row) => lineOf(columns.map((name) => row[name])))].join("\n"));
}

/** Fails if a case of a row failed. */
export function assertAllOk(row) {
	const failed = Object.keys(CASES).filter((name) => !["ok", "-"].includes(row[name]));
	assert.deepEqual(failed, [], `${row.framework} fails: ${failed.join(", ")}`);
}
