// Each call runs in the asynchronous context of its caller, and so do its waits and the functions that it calls.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Agent } from "node:http";
import { test } from "node:test";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { PayStar } from "paystar";
import { clientOf, KEYS, payout, TRANSPORTS } from "./support/client.mjs";
import { CREATED, json, serve } from "./support/http.mjs";

const store = new AsyncLocalStorage();
const CALLS = 30;
const STATUS = (id, status) => JSON.stringify({ externalId: id, orderStatus: status, orderHistory: [] });

/** Runs parallel calls, each in a separate context. `work(id)` gets the id of the context. */
const inContexts = (work, count = CALLS) =>
	Promise.all(Array.from({ length: count }, (_, index) => store.run(`tenant-${index}`, () => work(`tenant-${index}`))));

/** A stream. It calls `note` in the context in which its code runs. */
function streamOf(text, note) {
	const bytes = new TextEncoder().encode(text);
	let at = 0;
	return new ReadableStream(
		{
			pull(controller) {
				note();
				if (at < bytes.length) controller.enqueue(bytes.subarray(at, (at += 10)));
				else controller.close();
			},
		},
		{ highWaterMark: 0 },
	);
}

test("an injected fetch and the stream of its body run in the context of the call", async () => {
	const wrong = [];
	const note = (id) => {
		if (store.getStore() !== id) wrong.push(`${id} ran as ${store.getStore()}`);
	};
	const fetch = async (request) => {
		const id = /tenant-\d+/.exec(request.url)?.[0] ?? JSON.parse(await request.clone().text()).externalTransactionId;
		note(id);
		await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
		note(id);
		return new Response(streamOf(STATUS(id, "Success"), () => note(id)));
	};
	const client = new PayStar({ payouts: KEYS, baseUrl: "http://127.0.0.1:1", fetch });
	await inContexts(async (id) => {
		await client.payouts.create(payout({ externalTransactionId: id }));
		note(id);
		await client.payouts.get(id);
		note(id);
	});
	assert.deepEqual(wrong, []);
});

for (const transport of TRANSPORTS) {
	test(`retries, waits and onStatus run in the context of the call (${transport})`, async (t) => {
		const reads = new Map();
		const { url } = await serve(t, (request, response) => {
			const id = /tenant-\d+/.exec(request.url)?.[0];
			const count = (reads.get(id) ?? 0) + 1;
			reads.set(id, count);
			if (count === 2) response.writeHead(503).end();
			else response.end(STATUS(id, count < 4 ? `Step-${count}` : "Success"));
		});
		const client = clientOf(url, { transport, maxRetries: 2 });
		const wrong = [];
		await inContexts(async (id) => {
			const onStatus = async () => {
				if (store.getStore() !== id) wrong.push(id);
				await null;
				if (store.getStore() !== id) wrong.push(id);
			};
			await client.payouts.waitUntilFinal({ externalId: id }, { intervalMs: 5, onStatus });
			if (store.getStore() !== id) wrong.push(id);
		});
		assert.deepEqual(wrong, []);
	});
}

test("requests of node:http start in the context of the call, also if they wait for a connection", async (t) => {
	const { url } = await serve(t, json(200, CREATED));
	const seen = [];
	const onStart = ({ request }) => seen.push([store.getStore(), request.getHeader("authorization") !== undefined]);
	subscribe("http.client.request.start", onStart);
	t.after(() => unsubscribe("http.client.request.start", onStart));
	const agent = new Agent({ keepAlive: true, maxSockets: 2 });
	t.after(() => agent.destroy());
	const created = [];
	const { createConnection } = agent;
	agent.createConnection = function (...given) {
		created.push(store.getStore());
		return createConnection.apply(this, given);
	};
	const client = clientOf(url, { agent });
	await inContexts((id) => client.payouts.create(payout({ externalTransactionId: id })));
	assert.deepEqual(seen.map(([id]) => id).sort(), Array.from({ length: CALLS }, (_, i) => `tenant-${i}`).sort());
});

test("OpenTelemetry: the parent of every span that fetch opens is the span of the call", async (t) => {
	const exporter = new InMemorySpanExporter();
	const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
	const manager = new AsyncLocalStorageContextManager().enable();
	context.setGlobalContextManager(manager);
	trace.setGlobalTracerProvider(provider);
	t.after(() => {
		context.disable();
		trace.disable();
	});
	const tracer = trace.getTracer("test");
	const fetch = async (request) => {
		const span = tracer.startSpan("http", { attributes: { url: request.url } });
		await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
		span.end();
		return new Response(STATUS(/payout-\d+/.exec(request.url)[0], "Success"));
	};
	const client = new PayStar({ payouts: KEYS, baseUrl: "http://127.0.0.1:1", fetch });
	await Promise.all(
		Array.from({ length: 20 }, (_, index) =>
			tracer.startActiveSpan(`payout-${index}`, async (span) => {
				await client.payouts.get(`payout-${index}`);
				assert.equal(trace.getActiveSpan(), span);
				span.end();
			}),
		),
	);
	const spans = exporter.getFinishedSpans();
	const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
	const requests = spans.filter(({ name }) => name === "http");
	assert.equal(requests.length, 20);
	for (const { attributes, parentSpanContext } of requests) {
		assert.equal(byId.get(parentSpanContext.spanId).name, /payout-\d+/.exec(attributes.url)[0]);
	}
});

test("an abort in another context does not change the context of the call", async () => {
	const controller = new AbortController();
	const fetch = () => new Promise(() => {});
	const client = new PayStar({ payouts: KEYS, baseUrl: "http://127.0.0.1:1", fetch });
	const ended = inContexts(async (id) => {
		await client.payouts.get(id, { signal: controller.signal }).catch(() => {});
		return [id, store.getStore()];
	}, 12);
	setTimeout(() => store.run("the one that aborts", () => controller.abort()), 20);
	for (const [id, after] of await ended) assert.equal(after, id);
});
