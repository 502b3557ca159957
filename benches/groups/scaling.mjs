import { contest } from "../harness/contest.mjs";
import { atMost } from "../harness/limit.mjs";
import { withServer } from "../harness/with-server.mjs";

export const title = "Scaling";

export const peers = [];

/** If a cost grows linearly, the cost of an item is the same in two neighbouring sizes, except for noise. */
const LINEAR = 1.5;
/** The meanings of the entries are ten times as long as the response. */
const MOST_OF_BARE_READ = 3;
const SIZES = [1, 10, 100, 1000];
const IN_FLIGHT = [10, 100, 1000, 10_000];
/** A round with ten thousand calls takes several seconds. */
const MOST_ROUNDS = 5;

const module = (name) => new URL(`../contestants/${name}.mjs`, import.meta.url).href;

/** Each contestant in each size, in the same rounds. */
async function sized({ names, sizes, settingsOf, series, ...rest }) {
	const entries = names.flatMap((contestant) =>
		sizes.map((size) => ({ name: `${contestant}, ${size}`, contestant, settings: settingsOf(size) })),
	);
	const { rows } = await contest({ ...rest, title: series.title, names: entries, baseline: entries[0].name });
	const lines = names.map((name, line) => {
		const own = rows.slice(line * sizes.length, (line + 1) * sizes.length);
		return lineOf(name, sizes, own, (us, size) => us / size);
	});
	return { ...series, sizes, lines };
}

const lineOf = (name, sizes, rows, perItem) => ({
	name,
	us: rows.map(({ median }) => median),
	perItemUs: rows.map(({ median }, index) => perItem(median, sizes[index])),
	peakMiB: rows.map(({ peakMiB }) => peakMiB),
});

/** Each count has a separate process, client and server, so that it has its own memory. */
async function flights(effort) {
	const lines = [];
	for (const name of ["node:http agent", "paystar"]) {
		const rows = [];
		for (const inFlight of IN_FLIGHT) {
			const { rows: own } = await withServer(({ origin }) =>
				contest({
					title: `${name}, ${inFlight.toLocaleString("en-US")} in flight`,
					module: module("requests"),
					names: [name],
					baseline: name,
					settings: { origin },
					inFlight,
					effort: { ...effort, rounds: Math.min(effort.rounds, MOST_ROUNDS) },
				}),
			);
			rows.push(...own);
		}
		lines.push(lineOf(name, IN_FLIGHT, rows, (us) => us));
	}
	return { id: "flights", title: "Create payouts, by calls in flight", item: "call", sizes: IN_FLIGHT, lines };
}

export async function run(effort) {
	const histories = await withServer(({ origin }) =>
		sized({
			module: module("status"),
			names: ["node:http agent", "global fetch", "paystar"],
			sizes: SIZES,
			settingsOf: (entries) => ({ origin, entries }),
			series: { id: "histories", title: "Read a status, by entries of its history", item: "entry" },
			effort,
		}),
	);
	const bodies = await sized({
		module: module("callbacks"),
		names: ["node:crypto by hand", "paystar"],
		sizes: SIZES,
		settingsOf: (entries) => ({ entries }),
		series: { id: "bodies", title: "Verify a callback, by entries of a list in its body", item: "entry" },
		effort,
	});
	const fields = await sized({
		module: module("validation"),
		names: ["hand-written JS", "paystar"],
		// A payout can have at most 200 additional fields.
		sizes: [1, 10, 100, 200],
		settingsOf: (count) => ({ isValid: true, fields: count }),
		series: { id: "fields", title: "Validate a payout, by additional fields", item: "field" },
		effort,
	});
	return { contests: [], series: [await flights(effort), histories, bodies, fields] };
}

const lineNamed = (lines, wanted) => lines.find(({ name }) => name === wanted);

export const limits = ({ series }) => {
	const linear = series.map(({ title, item, sizes, lines }) => {
		const { perItemUs } = lineNamed(lines, "paystar");
		const [before, most] = sizes.slice(-2).map((size) => size.toLocaleString("en-US"));
		const [costBefore, cost] = perItemUs.slice(-2);
		return atMost(`${title}: cost of one ${item} at ${most}, compared with ${before}`, LINEAR, cost / costBefore);
	});
	const { lines } = series.find(({ id }) => id === "histories");
	const [bare, ours] = ["node:http agent", "paystar"].map((name) => lineNamed(lines, name).us.at(-1));
	const title = "Read a status with 1,000 entries, compared with a `node:http` agent and `JSON.parse`";
	return [...linear, atMost(title, MOST_OF_BARE_READ, ours / bare)];
};
