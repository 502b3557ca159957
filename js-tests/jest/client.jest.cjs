const { createServer } = require("node:http");
const { PayStar, PayStarError, ValidationError } = require("paystar");
const { Sandbox } = require("paystar/sandbox");

const KEYS = { publicKey: "pk_jest", privateKey: "sk_jest_3f9c" };
const BODY = '{"externalId":"e","status":"Success","amount":"1.00","orderType":"Withdrawal"}';
let order = 0;
const payout = () => ({
	amount: "1.00",
	currency: "USD",
	externalTransactionId: `Jest-${++order}`,
	additionalFields: { bankName: "SuperBank" },
});

let server;
let client;
beforeAll(async () => {
	const sandbox = new Sandbox({ payouts: KEYS });
	server = await sandbox.listen();
	client = new PayStar({ payouts: KEYS, baseUrl: server.url, dangerouslyAllowBrowser: true });
});
afterAll(() => server.close());
afterEach(() => jest.useRealTimers());

test("a payout is created and read", async () => {
	const { externalId } = await client.payouts.create(payout());
	expect((await client.payouts.get(externalId)).externalId).toBe(externalId);
});

test("a body can be a Buffer or a Uint8Array, of the page or of Node", () => {
	const signature = client.callbacks.sign(BODY);
	for (const body of [Buffer.from(BODY), new Uint8Array(Buffer.from(BODY)), BODY]) {
		expect(client.callbacks.verify(body, signature).amount).toBe("1.00");
	}
});

test("errors are instances of their classes", async () => {
	await expect(client.payouts.create({})).rejects.toBeInstanceOf(ValidationError);
	expect(() => new PayStar({})).toThrow(PayStarError);
});

test("calls work with Jest's default fake timers", async () => {
	jest.useFakeTimers();
	for (let done = 0; done < 3; done++) {
		const { externalId } = await client.payouts.create(payout());
		expect((await client.payouts.get(externalId)).externalId).toBe(externalId);
	}
	expect(client.payouts.validate(payout())).toEqual([]);
});

test("a call ends with a timeout when fake timers pass its time limit", async () => {
	const silent = createServer(() => {});
	await new Promise((resolve) => silent.listen(0, "127.0.0.1", resolve));
	jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
	const slow = new PayStar({
		payouts: KEYS,
		baseUrl: `http://127.0.0.1:${silent.address().port}`,
		dangerouslyAllowBrowser: true,
		maxRetries: 0,
	});
	const call = slow.payouts.get("PSP-1");
	call.catch(() => {});
	await new Promise(jest.requireActual("node:timers").setImmediate);
	jest.advanceTimersByTime(60_000);
	await expect(call).rejects.toMatchObject({ code: "timeout" });
	jest.advanceTimersByTime(600_000);
	jest.useRealTimers();
	silent.closeAllConnections();
	await new Promise((resolve) => silent.close(resolve));
	await client.payouts.create(payout());
});

test("calls work if only setTimeout is fake, also after all time limits", async () => {
	jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "performance", "Date"] });
	const { externalId } = await client.payouts.create(payout());
	jest.advanceTimersByTime(10_000_000);
	jest.runOnlyPendingTimers();
	expect((await client.payouts.get(externalId)).externalId).toBe(externalId);
});

test("waitUntilFinal uses fake timers", async () => {
	const sandbox = new Sandbox({ payouts: KEYS, clock: "manual" });
	const world = await sandbox.listen();
	const waiting = new PayStar({ payouts: KEYS, baseUrl: world.url, dangerouslyAllowBrowser: true });
	const { externalId } = await waiting.payouts.create(payout());
	jest.useFakeTimers();
	const seen = [];
	const wait = waiting.payouts.waitUntilFinal(
		{ externalId },
		{ onStatus: ({ orderStatus }) => seen.push(orderStatus) },
	);
	for (let step = 0; step < 200 && seen.at(-1) !== "Success"; step++) {
		sandbox.advance(1_000);
		await jest.advanceTimersByTimeAsync(10_000);
		// The network needs real time.
		await new Promise((resolve) => jest.requireActual("node:timers").setTimeout(resolve, 5));
	}
	expect((await wait).orderStatus).toBe("Success");
	jest.useRealTimers();
	await world.close();
});

test("a test can spy on a method and restore it", async () => {
	const spy = jest.spyOn(client.payouts, "create").mockResolvedValue({ externalId: "mocked" });
	expect((await client.payouts.create(payout())).externalId).toBe("mocked");
	expect(spy).toHaveBeenCalledTimes(1);
	spy.mockRestore();
	expect((await client.payouts.create(payout())).orderStatus).toBe("Created");
});

test("a response in several parts is read", async () => {
	const answers = createServer((_, response) => {
		response.write('{"externalId":"PSP-1",');
		setTimeout(() => response.end('"orderStatus":"Created"}'), 20);
	});
	await new Promise((resolve) => answers.listen(0, "127.0.0.1", resolve));
	const baseUrl = `http://127.0.0.1:${answers.address().port}`;
	const other = new PayStar({ payouts: KEYS, baseUrl, dangerouslyAllowBrowser: true });
	expect((await other.payouts.create(payout())).externalId).toBe("PSP-1");
	answers.closeAllConnections();
	await new Promise((resolve) => answers.close(resolve));
});
