// Copies of a client do not work, and no way of printing a client shows its contents.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Writable } from "node:stream";
import { mock, test } from "node:test";
import { inspect } from "node:util";
import lodash from "lodash";
import pino from "pino";
import * as paystar from "paystar";
import { Sandbox } from "paystar/sandbox";
import { clientOf, DEPOSIT_KEYS, KEYS, payout, rejection } from "./support/client.mjs";

const { ConfigurationError, PayStar } = paystar;
const NAMESPACES = ["payouts", "deposits", "balances", "callbacks", "alerts"];
const sandbox = new Sandbox({ payouts: KEYS, deposits: DEPOSIT_KEYS });
const OPTIONS = { payouts: KEYS, deposits: DEPOSIT_KEYS, baseUrl: "http://sandbox", fetch: sandbox.fetch };
const newClient = () => new PayStar(OPTIONS);
const isRefused = (error) =>
	error instanceof ConfigurationError && /copy/.test(error.message) && error.outcome === "notSent";

/** All methods of a namespace. */
const methodsOf = (namespace) =>
	Object.getOwnPropertyNames(Object.getPrototypeOf(namespace)).filter((name) => name !== "constructor");

const COPIES = {
	"lodash cloneDeep": (object) => lodash.cloneDeep(object),
	"Object.create": (object) => Object.create(Object.getPrototypeOf(object), Object.getOwnPropertyDescriptors(object)),
	"Object.assign": (object) => Object.assign(Object.create(Object.getPrototypeOf(object)), object),
	"an object that inherits": (object) => Object.create(object),
	"a proxy": (object) => new Proxy(object, {}),
};

/** Calls a method. Returns the error that it throws, or the reason of the rejection. */
async function errorOf(call) {
	try {
		await call();
	} catch (error) {
		return error;
	}
	return undefined;
}

for (const [name, copy] of Object.entries(COPIES)) {
	test(`a client copied by ${name} refuses all calls`, async () => {
		const copied = copy({ client: newClient() }).client ?? copy(newClient());
		const client = copied instanceof PayStar && !isOriginal(copied) ? copied : copy(newClient());
		for (const namespace of NAMESPACES) {
			assert.ok(isRefused(await errorOf(() => client[namespace].get)), `${namespace}`);
		}
		assert.ok(isRefused(await errorOf(() => client[Symbol.dispose]())));
	});

	test(`a namespace copied by ${name} never works with the keys of another client`, async () => {
		const { payouts } = newClient();
		const copied = copy(payouts);
		const { prototype } = paystar.Payouts;
		for (const method of methodsOf(payouts)) {
			assert.ok(isRefused(await errorOf(() => prototype[method].call(copied, payout()))), method);
		}
	});
}

function isOriginal(client) {
	try {
		return client.payouts !== undefined;
	} catch {
		return false;
	}
}

test("copies of 200 clients that the garbage collector removed cannot pay", async () => {
	const paid = [];
	const fetch = async (request) => {
		paid.push(request.headers.get("authorization"));
		return new Response('{"externalId":"PSP-1","orderStatus":"Created"}');
	};
	for (let round = 0; round < 200; round++) {
		let original = new PayStar({
			payouts: { publicKey: `pk_${round}`, privateKey: `sk_${round}` },
			baseUrl: "http://a",
			fetch,
		});
		const copy = lodash.cloneDeep({ original }).original;
		original = undefined;
		if (round % 20 === 0) globalThis.gc?.();
		await new Promise(setImmediate);
		new PayStar({ payouts: KEYS, baseUrl: "http://a", fetch });
		assert.ok(isRefused(await errorOf(() => copy.payouts.create(payout()))));
	}
	assert.deepEqual(paid, []);
});

test("a method refuses a `this` that is not a namespace", async () => {
	for (const wrong of [undefined, null, 1, "x", {}, [], newClient(), () => {}]) {
		assert.ok(isRefused(await errorOf(() => paystar.Payouts.prototype.create.call(wrong, payout()))));
		assert.throws(() => paystar.Callbacks.prototype.verify.call(wrong, "{}", ""), isRefused);
	}
});

test("namespaces cannot be created, and a class that extends one is refused", () => {
	for (const Class of [paystar.Payouts, paystar.Deposits, paystar.Balances, paystar.Callbacks, paystar.Alerts]) {
		assert.throws(() => new Class(), ConfigurationError);
		assert.throws(() => new (class extends Class {})(Symbol("paystar")), ConfigurationError);
	}
});

test("structuredClone of a client returns an object without methods, or fails", () => {
	const client = newClient();
	for (const object of [client, ...NAMESPACES.map((name) => client[name]), sandbox]) {
		let cloned = {};
		try {
			cloned = structuredClone(object);
		} catch (error) {
			assert.equal(error.name, "DataCloneError");
		}
		assert.deepEqual(Reflect.ownKeys(cloned), []);
	}
});

test("methods work without their namespace, as plain functions", async () => {
	const client = newClient();
	const { create, get, validate, waitUntilFinal, getByExternalTransactionId } = client.payouts;
	const { verify, sign } = client.callbacks;
	const { externalId } = await create(payout({ externalTransactionId: "Taken-1" }));
	assert.equal((await get(externalId)).externalId, externalId);
	assert.equal((await getByExternalTransactionId("Taken-1")).externalId, externalId);
	assert.equal(typeof waitUntilFinal, "function");
	assert.deepEqual(validate(payout()), []);
	const body = '{"externalId":"e","status":"Success","amount":"1","orderType":"Withdrawal"}';
	assert.equal(verify(body, sign(body)).externalId, "e");
	assert.deepEqual(
		await Promise.all(["A-1", "A-2"].map((id) => payout({ externalTransactionId: id })).map((it) => create(it))).then(
			(all) => all.length,
		),
		2,
	);
});

test("tests can replace methods and restore them", async () => {
	const client = newClient();
	const spy = mock.method(client.payouts, "create", async () => ({ externalId: "mocked" }));
	assert.equal((await client.payouts.create(payout())).externalId, "mocked");
	assert.equal(spy.mock.callCount(), 1);
	spy.mock.restore();
	const order = await client.payouts.create(payout({ externalTransactionId: "Spied-1" }));
	assert.equal(order.orderStatus, "Created");
	client.payouts.get = () => "replaced";
	assert.equal(client.payouts.get(), "replaced");
});

const SECRETS = [...Object.values(KEYS), ...Object.values(DEPOSIT_KEYS)];
const shows = {
	"console.log": (object) => inspect(object, { depth: 9, showHidden: true }),
	"JSON.stringify": (object) => JSON.stringify({ object }),
	"a template": (object) => `${object}`,
	pino: (object) => {
		let text = "";
		const stream = new Writable({
			write(chunk, _, done) {
				text += chunk;
				done();
			},
		});
		pino(stream).info({ object, client: object }, "made");
		return text;
	},
	lodash: (object) => JSON.stringify(lodash.toPlainObject(object)),
};

for (const [name, show] of Object.entries(shows)) {
	test(`${name} of a client, a namespace or a sandbox shows only the host and the pipelines`, () => {
		const client = newClient();
		for (const object of [client, ...NAMESPACES.map((namespace) => client[namespace]), sandbox]) {
			const shown = show(object);
			for (const secret of SECRETS) assert.ok(!shown.includes(secret), shown);
			assert.doesNotMatch(shown, /ptr|__wbg|"object":\{[^}]/, shown);
		}
	});
}

test("console.log of a client shows its host and its pipelines", () => {
	assert.equal(inspect(newClient()), "PayStar { host: 'sandbox', pipelines: [ 'payouts', 'deposits' ] }");
	assert.equal(inspect(new PayStar({ payouts: KEYS })), "PayStar { host: 'paystar.uk', pipelines: [ 'payouts' ] }");
	assert.equal(inspect(lodash.cloneDeep(newClient())), "PayStar {}");
	assert.match(inspect({ deep: { deeper: newClient() } }), /host: 'sandbox'/);
});

test("objects have exactly the methods that the types declare, and no method free", () => {
	const types = createRequire(import.meta.url)("node:fs").readFileSync(
		new URL("./node_modules/paystar/dist/index.d.ts", import.meta.url),
		"utf8",
	);
	const client = newClient();
	for (const [Class, object] of [
		["PayStar", client],
		["Payouts", client.payouts],
		["Deposits", client.deposits],
		["Balances", client.balances],
		["Callbacks", client.callbacks],
		["Alerts", client.alerts],
	]) {
		const [, body] = new RegExp(`export class ${Class} \\{([\\s\\S]*?)\\n\\}`).exec(types);
		const code = body.replace(/\/\*\*[\s\S]*?\*\//g, "");
		const declared = [...code.matchAll(/^\s+(?:readonly )?(\w+)[(:]/gm)].map(([, name]) => name);
		const ours = Object.getOwnPropertyNames(Object.getPrototypeOf(object));
		assert.deepEqual(
			ours.filter((name) => name !== "constructor").sort(),
			declared.filter((name) => name !== "constructor").sort(),
		);
		assert.equal(object.free, undefined);
		assert.deepEqual(Object.keys(object), []);
	}
});

test("a copied or disposed sandbox refuses all calls with a reason", async () => {
	const original = new Sandbox({ payouts: KEYS });
	const copy = lodash.cloneDeep(original);
	assert.throws(() => copy.listOrders(), /copy/);
	assert.ok((await rejection(copy.listen())) instanceof ConfigurationError);
	original[Symbol.dispose]();
	assert.throws(() => original.listOrders(), /disposed/);
	assert.equal(
		(await rejection(clientOf("http://a", { fetch: original.fetch }).payouts.create(payout()))).outcome,
		"unknown",
	);
});

test("with more clients than wasm keeps, each client has its own keys, and a running call ends", async () => {
	const body = '{"externalId":"A","status":"Success","amount":"1.00","orderType":"Withdrawal"}';
	let answer;
	const fetch = () => new Promise((resolve) => (answer = resolve));
	const clients = Array.from({ length: 10_000 }, (_, index) => {
		return new PayStar({ payouts: { ...KEYS, privateKey: `sk_${index}` }, baseUrl: "http://sandbox", fetch });
	});
	const call = clients[0].payouts.get("A");
	const sign = (at) => clients[at].callbacks.sign(body);
	const signatures = clients.map((_, at) => sign(at));
	assert.equal(new Set(signatures).size, clients.length);
	for (const at of [0, 9_999, 1, 5_000, 0, 9_998]) assert.equal(sign(at), signatures[at]);
	while (answer === undefined) await new Promise(setImmediate);
	answer(Response.json({ externalId: "A", orderStatus: "Created" }));
	assert.equal((await call).orderStatus, "Created");
	// Some of them are not in wasm now. Other clients have their handles.
	for (let at = 0; at < 9_000; at++) clients[at][Symbol.dispose]();
	for (let at = 9_000; at < clients.length; at++) assert.equal(sign(at), signatures[at]);
	assert.throws(() => sign(0), ConfigurationError);
});
