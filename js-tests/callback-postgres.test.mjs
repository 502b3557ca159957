// Each effect exactly once: two processes, one database, callbacks that are sent three times in any order, and a process that
// is killed. `npm run test:callbacks-postgres` has 50 runs with 1,000 callbacks.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, request as httpRequest } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PayStar } from "paystar";
import pg from "pg";
import { SCHEMA } from "../examples/callback-stores/postgres.mjs";
import { KEYS } from "./support/client.mjs";
import { startPostgres } from "./support/postgres.mjs";

const IS_FULL = process.env.PAYSTAR_POSTGRES === "full";
const RUNS = IS_FULL ? 50 : 2;
const CALLBACKS = IS_FULL ? 1_000 : 150;
const COPIES = 3;
const AT_ONCE = 24;
/** A request that gets no 200 is sent again, as PayStar may do. */
const MOST_ATTEMPTS = 200;
const SEED = Number(process.env.PAYSTAR_SEED ?? Math.floor(Math.random() * 1e9));

const TABLES = `
	CREATE TABLE ledger (number bigserial, external_id text, status text, amount numeric);
	CREATE TABLE accounts (id int PRIMARY KEY, balance numeric);
	INSERT INTO accounts VALUES (1, 0)`;

/** Random numbers that a seed repeats (mulberry32). */
function randomFrom(seed) {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

function shuffled(values, random) {
	const list = [...values];
	for (let at = list.length - 1; at > 0; at--) {
		const other = Math.floor(random() * (at + 1));
		[list[at], list[other]] = [list[other], list[at]];
	}
	return list;
}

const signer = new PayStar({ payouts: KEYS, baseUrl: "http://127.0.0.1:1" });

/** Callbacks of different orders. Every fifth order also has a callback with an earlier status. */
function makeCallbacks(count) {
	const callbacks = [];
	for (let number = 0; callbacks.length < count; number++) {
		for (const status of number % 5 === 0 ? ["Processing", "Success"] : ["Success"]) {
			const amount = `${number + 1}.${String(number % 100).padStart(2, "0")}`;
			const body = JSON.stringify({ externalId: `ord-${number}`, status, amount, orderType: "Withdrawal" });
			callbacks.push({ status, amount, body, signature: signer.callbacks.sign(body) });
		}
	}
	return callbacks.slice(0, count);
}

/** A process that receives callbacks. `restart` kills it and starts it again. */
class Worker {
	#settings;
	#child;
	port;
	conflicts = [];

	constructor(settings) {
		this.#settings = settings;
	}

	async start() {
		const file = fileURLToPath(new URL("support/callback-worker.mjs", import.meta.url));
		this.#child = fork(file, { env: { ...process.env, WORKER_SETTINGS: JSON.stringify(this.#settings) } });
		const [{ port }] = await once(this.#child, "message");
		this.#child.on("message", ({ conflict }) => this.conflicts.push(conflict));
		this.port = port;
	}

	async kill() {
		const ended = once(this.#child, "exit");
		this.#child.kill("SIGKILL");
		await ended;
	}

	async restart() {
		await this.kill();
		await this.start();
	}
}

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** The status of the response. 0 means that the process was killed before it responded. */
const post = (port, { body, signature }) =>
	new Promise((resolve) => {
		const request = httpRequest(
			{ port, host: "127.0.0.1", method: "POST", agent, headers: { signature }, timeout: 60_000 },
			(response) => {
				response.resume();
				response.on("end", () => resolve(response.statusCode));
				response.on("error", () => resolve(0));
			},
		);
		request.on("error", () => resolve(0));
		request.on("timeout", () => request.destroy());
		request.end(body);
	});

let postgres;
let paystar;
before(async () => {
	postgres = await startPostgres();
	paystar = createServer((request, response) => {
		const externalId = /order\/([^/]+)\/status$/.exec(request.url)[1];
		response.setHeader("content-type", "application/json");
		response.end(JSON.stringify({ externalId, orderStatus: "Success", orderHistory: [] }));
	});
	await new Promise((resolve) => paystar.listen(0, "127.0.0.1", resolve));
});
after(async () => {
	agent.destroy();
	paystar?.close();
	paystar?.closeAllConnections();
	await postgres?.stop();
});

/** One run. Returns what the tables of the merchant say. */
async function runOnce(name, seed, { isWithoutLock = false, callbackCount = CALLBACKS } = {}) {
	const random = randomFrom(seed);
	const pool = new pg.Pool({ connectionString: postgres.url, max: 2, options: `-c search_path=${name}` });
	await pool.query(`CREATE SCHEMA ${name}; ${SCHEMA}; ${TABLES}`);
	const paystarUrl = `http://127.0.0.1:${paystar.address().port}`;
	const settings = { databaseUrl: postgres.url, schema: name, paystarUrl, keys: KEYS, isWithoutLock };
	const workers = [new Worker(settings), new Worker(settings)];
	await Promise.all(workers.map((worker) => worker.start()));

	const callbacks = makeCallbacks(callbackCount);
	const sends = shuffled(
		callbacks.flatMap((callback) => Array.from({ length: COPIES }, () => callback)),
		random,
	);
	const killAt = Math.floor(random() * sends.length);
	const lost = { count: 0 };
	let sent = 0;
	let restarting;
	const sender = async () => {
		for (let callback = sends.pop(); callback; callback = sends.pop()) {
			if (sent++ === killAt) {
				// Not at once, but while other requests are running.
				restarting = new Promise((resolve) => setTimeout(resolve, random() * 20)).then(() => workers[0].restart());
			}
			for (let attempt = 1; ; attempt++) {
				const worker = workers[random() < 0.5 ? 0 : 1];
				const status = await post(worker.port, callback);
				if (status === 200) break;
				lost.count++;
				assert.ok(attempt < MOST_ATTEMPTS, `a callback got no 200, but ${status}`);
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
		}
	};
	try {
		await Promise.all(Array.from({ length: AT_ONCE }, sender));
		await restarting;
		const read = async (text) => (await pool.query(text)).rows;
		const ledger = await read("SELECT external_id, status, amount::text AS amount FROM ledger ORDER BY number");
		const [{ balance }] = await read("SELECT balance::text AS balance FROM accounts");
		return { callbacks, ledger, balance, lost: lost.count, conflicts: workers.flatMap(({ conflicts }) => conflicts) };
	} finally {
		await Promise.all(workers.map((worker) => worker.kill()));
		await pool.end();
	}
}

const cents = (amount) => BigInt(amount.replace(".", ""));

/** The number of effects that are missing, and of those that are too many. */
function judge({ callbacks, ledger }) {
	const finals = callbacks.filter(({ status }) => status === "Success");
	const credited = ledger.filter(({ status }) => status === "Success").map(({ external_id }) => external_id);
	const missing = finals.length - new Set(credited).size;
	const tooMany = credited.length - new Set(credited).size;
	const known = new Set();
	let late = 0;
	for (const { external_id, status } of ledger) {
		if (status === "Processing" && known.has(external_id)) late++;
		known.add(external_id);
	}
	return { missing, tooMany, late };
}

test(`two processes make each effect exactly once, in ${RUNS} runs with ${CALLBACKS} callbacks`, async () => {
	for (let run = 0; run < RUNS; run++) {
		const seed = SEED + run;
		const began = Date.now();
		const found = await runOnce(`run_${run}`, seed);
		assert.deepEqual(judge(found), { missing: 0, tooMany: 0, late: 0 }, `seed ${seed}`);
		const finals = found.callbacks.filter(({ status }) => status === "Success");
		const sum = finals.reduce((total, { amount }) => total + cents(amount), 0n);
		assert.equal(cents(found.balance), sum, `seed ${seed}: the balance`);
		assert.deepEqual(found.conflicts, [], `seed ${seed}`);
		const seconds = ((Date.now() - began) / 1000).toFixed(1);
		console.log(
			`run ${run + 1} of ${RUNS}, seed ${seed}: ${finals.length} effects exactly once, ${found.lost} responses lost, ${seconds} s`,
		);
	}
});

test("the same run finds a store that does not lock", async () => {
	const results = [];
	for (let run = 0; run < 3; run++) {
		results.push(judge(await runOnce(`unlocked_${run}`, SEED + run, { isWithoutLock: true, callbackCount: 150 })));
		if (results.at(-1).tooMany > 0) return;
	}
	assert.fail(`no effect was made twice: ${JSON.stringify(results)}`);
});
