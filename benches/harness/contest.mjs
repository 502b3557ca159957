// Runs contestants in rounds, each in a separate process. Every round runs each contestant once, and the order rotates.
// So a slow moment of the machine has the same effect on all of them.
import { median, quantile } from "./numbers.mjs";
import { Worker } from "./process.mjs";

/** The number and the length of the rounds. */
export const EFFORT = {
	full: { warmUpMs: 5000, rounds: 15, roundMs: 150, coldRounds: 21 },
	quick: { warmUpMs: 400, rounds: 5, roundMs: 50, coldRounds: 5 },
};

/** The numbers that are compared, and how to write them. */
export const METRICS = {
	cpu: { of: ({ cpuUs }) => cpuUs, unit: "us of CPU", isBetter: "less" },
	rate: { of: ({ wallUs }) => 1_000_000 / wallUs, unit: "calls/s", isBetter: "more" },
	wall: { unit: "ms", isBetter: "less" },
};

export const rotate = (list, by) => list.map((_, index) => list[(index + by) % list.length]);

/**
 * Runs one table: contestants of a module against the `baseline` among them. Each is a name in the module, or
 * `{ name, contestant, settings }` if a contestant runs in several sizes. Resolves to rows of medians, with the ratio to the
 * baseline of the same round.
 */
export async function contest({
	id,
	title,
	note,
	module,
	names,
	baseline,
	settings = {},
	inFlight = 1,
	metric = "cpu",
	effort,
}) {
	console.log(`  ${title}`);
	const runners = [];
	const skipped = [];
	try {
		for (const entry of names) {
			const own = typeof entry === "string" ? { name: entry, contestant: entry, settings } : entry;
			const { name } = own;
			const worker = new Worker("./child.mjs", [module, own.contestant, JSON.stringify(own.settings)], name);
			runners.push({ name, worker, samples: [], cpuSamples: [] });
			const { unavailable } = await worker.ask("start");
			if (unavailable !== undefined) {
				skipped.push({ name, why: unavailable });
				await runners.pop().worker.end();
			}
		}
		for (const runner of runners) {
			const { calls } = await runner.worker.ask("calibrate", { ...effort, inFlight });
			runner.calls = calls;
		}
		for (let round = 0; round < effort.rounds; round++) {
			for (const runner of rotate(runners, round)) {
				const sample = await runner.worker.ask("run", { calls: runner.calls, inFlight });
				runner.samples.push(METRICS[metric].of(sample));
				runner.cpuSamples.push(sample.cpuUs);
			}
		}
		for (const runner of runners) Object.assign(runner, await runner.worker.ask("end"));
	} finally {
		await Promise.all(runners.map(({ worker }) => worker.end()));
	}
	return { id, title, note, metric, baseline, rows: rowsOf(runners, baseline), skipped };
}

/** Medians and ratios. Each sample is compared with the sample of the baseline in the same round. */
export function rowsOf(runners, baseline) {
	const { samples: base, cpuSamples: baseCpu } = runners.find(({ name }) => name === baseline);
	return runners.map(({ name, samples, cpuSamples, peakMiB }) => {
		const ratios = samples.map((sample, round) => sample / base[round]);
		return {
			name,
			cpuRatio: cpuSamples && median(cpuSamples.map((sample, round) => sample / baseCpu[round])),
			median: median(samples),
			ratio: median(ratios),
			quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
			peakMiB,
		};
	});
}
