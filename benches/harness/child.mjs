// The process of one contestant. The parent process says when to run. This process measures the cost.
import { Unavailable } from "./unavailable.mjs";

const [module, name, settings] = process.argv.slice(2);
const MOST_CALLS = 5_000_000;
const LONGEST_WARM_UP_MS = 15_000;

/** Every response is checked, because a contestant that fails fast must not win. */
const fail = (value) => {
	throw new Error(`${name} gave a wrong answer: ${JSON.stringify(value)?.slice(0, 300)}`);
};

function runSync({ call, isRight }, calls) {
	for (let i = 0; i < calls; i++) {
		const value = call(i);
		if (!isRight(value)) fail(value);
	}
}

async function runAsync({ call, isRight }, calls, inFlight) {
	let next = 0;
	const loop = async () => {
		while (next < calls) {
			const value = await call(next++);
			if (!isRight(value)) fail(value);
		}
	};
	await Promise.all(Array.from({ length: Math.min(inFlight, calls) }, loop));
}

async function measure(contestant, calls, inFlight) {
	await contestant.refresh?.();
	const began = process.hrtime.bigint();
	const before = process.cpuUsage();
	if (contestant.isAsync) await runAsync(contestant, calls, inFlight);
	else runSync(contestant, calls);
	const { user, system } = process.cpuUsage(before);
	return { cpuUs: user + system, wallUs: Number(process.hrtime.bigint() - began) / 1000 };
}

/** The same calls without the part that is compared. Undefined if a contestant consists only of that part. */
const measureRest = (contestant, calls, inFlight) =>
	contestant.without === undefined
		? { cpuUs: 0, wallUs: 0 }
		: measure({ ...contestant, call: contestant.without }, calls, inFlight);

/** The cost of a call, minus the cost of the rest. */
async function measureRound(contestant, calls, inFlight) {
	const { cpuUs, wallUs } = await measure(contestant, calls, inFlight);
	const rest = await measureRest(contestant, calls, inFlight);
	return { cpuUs: (cpuUs - rest.cpuUs) / calls, wallUs: (wallUs - rest.wallUs) / calls };
}

/**
 * The number of calls that fill the time of a round. It is computed from the fastest batch of the warm-up. In slower
 * batches, engines still compile code, partly in other threads, and this time must not count.
 */
async function calibrate(contestant, { warmUpMs, roundMs, inFlight }) {
	const ends = performance.now() + LONGEST_WARM_UP_MS;
	const start = process.cpuUsage();
	// This is CPU time. On a busy machine, a clock would end the warm-up too early.
	const isWarm = () => {
		const { user, system } = process.cpuUsage(start);
		return (user + system) / 1000 > warmUpMs || performance.now() > ends;
	};
	let calls = Math.max(inFlight, 1);
	let fastestUs = Infinity;
	while (!isWarm()) {
		const { wallUs } = await measure(contestant, calls, inFlight);
		await measureRest(contestant, calls, inFlight);
		fastestUs = Math.min(fastestUs, wallUs / calls);
		if (wallUs / 1000 < roundMs / 2) calls = Math.min(MOST_CALLS, calls * 2);
	}
	return Math.min(MOST_CALLS, Math.max(inFlight, 1, Math.ceil((roundMs * 1000) / fastestUs)));
}

let contestant;

const tasks = {
	async start() {
		const { contestants } = await import(module);
		try {
			contestant = await contestants[name](JSON.parse(settings));
		} catch (error) {
			if (error instanceof Unavailable) return { unavailable: error.message };
			throw error;
		}
		return {};
	},
	async calibrate(effort) {
		return { calls: await calibrate(contestant, effort) };
	},
	async run({ calls, inFlight }) {
		return measureRound(contestant, calls, inFlight);
	},
	async end() {
		// Node returns KiB on all systems.
		return { peakMiB: process.resourceUsage().maxRSS / 1024 };
	},
};

process.on("message", async ({ task, ...args }) => {
	try {
		process.send({ value: await tasks[task](args) });
	} catch (error) {
		process.send({ error: error.stack ?? String(error) });
	}
});
process.on("disconnect", () => process.exit());
