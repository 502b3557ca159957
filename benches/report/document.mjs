// Writes the results to docs/benchmarks.md as tables. Text between the markers `keep` is written by hand, and is kept.
import { METRICS } from "../harness/contest.mjs";
import { digits, ratio } from "../harness/numbers.mjs";

const KEEP = /<!-- keep: (\w+) -->\n([\s\S]*?)<!-- end -->/g;

const INTRO = `# Benchmarks

How much the package costs, next to what others use for the same work.

\`\`\`sh
npm run bench                       # everything, about twenty minutes; writes this page
npm run bench -- --only callbacks   # one of: GROUPS
npm run bench -- --quick            # less time, rougher numbers, writes nothing unless --write is given too
\`\`\`

It builds and packs the package, and installs the tarball beside the peers (\`benches/package.json\`).

- Each contestant has a process of its own, and the server on loopback another one.
- After a warm-up come rounds: each runs every contestant once, in rotating order. A row has the median of the rounds, and the median of its ratios to the baseline of the same round; half of the rounds lie between the two ratios beside it.
- CPU is that of the whole process, the engine's own threads included. Memory is the most that the process had.
- Every answer is looked at: one that is wrong ends the run.
- Compare ratios. Times are those of one machine, which should do nothing else meanwhile.

What the core costs without a boundary to JS: \`cargo bench --package paystar-protocol --profile native\`.
`;

const table = (head, aligned, rows) =>
	[head, head.map((_, index) => (aligned[index] ? "---:" : "---")), ...rows]
		.map((cells) => `| ${cells.join(" | ")} |`)
		.join("\n");

const isOurs = (name) => name.startsWith("paystar");
const named = (name) => (isOurs(name) ? `**${name}**` : name);

function contestTable({ title, note, metric, baseline, rows, skipped }) {
	const { unit, isBetter } = METRICS[metric];
	const hasMemory = rows.some(({ peakMiB }) => peakMiB !== undefined);
	const hasAdded = rows.some(({ overEmpty }) => overEmpty !== undefined);
	const head = [
		"",
		unit,
		...(hasAdded ? ["over empty, ms"] : []),
		`ratio (${isBetter} is better)`,
		"half of the rounds",
	];
	const sorted = rows.toSorted((a, b) => (isBetter === "less" ? a.ratio - b.ratio : b.ratio - a.ratio));
	const lines = sorted.map((row) => [
		row.name === baseline ? `${named(row.name)} (baseline)` : named(row.name),
		digits(row.median),
		...(hasAdded ? [row.name === baseline ? "" : `${row.overEmpty < 0 ? "" : "+"}${row.overEmpty.toFixed(1)}`] : []),
		ratio(row.ratio),
		row.name === baseline ? "" : row.quartiles.map(ratio).join(" to "),
		...(hasMemory ? [row.peakMiB.toFixed(0)] : []),
	]);
	const aligned = head.map((_, index) => index > 0);
	if (hasMemory) {
		head.push("peak MiB");
		aligned.push(true);
	}
	const left = skipped.map(({ name, why }) => `\nLeft out: ${name} (${why}).`);
	return [`### ${title}`, "", ...(note ? [note, ""] : []), table(head, aligned, lines), ...left].join("\n");
}

function seriesTable({ title, item, sizes, lines }) {
	const each = item === "call" ? "CPU of a call, us" : `CPU of the whole, us (of one ${item})`;
	const cell = (line, index) =>
		item === "call"
			? `${digits(line.us[index])} (${line.peakMiB[index].toFixed(0)} MiB)`
			: `${digits(line.us[index])} (${digits(line.perItemUs[index])})`;
	const head = [item === "call" ? `${each} (peak memory)` : each, ...sizes.map((size) => size.toLocaleString("en-US"))];
	const rows = lines.map((line) => [named(line.name), ...sizes.map((_, index) => cell(line, index))]);
	return [
		`### ${title}`,
		"",
		table(
			head,
			head.map((_, index) => index > 0),
			rows,
		),
	].join("\n");
}

function groupPart({ name, title, measured, contests, series = [], plots }) {
	const { date, machine, versions } = measured;
	const words = Object.entries(versions).map(([library, version]) => `${library} ${version}`);
	return [
		`## ${title}`,
		"",
		`\`npm run bench -- --only ${name}\`, ${date}, ${machine}. ${words.join(", ")}.`,
		"",
		...plots.flatMap(({ file, alt }) => [`![${alt}](${file})`, ""]),
		...contests.flatMap((contest) => [contestTable(contest), ""]),
		...series.flatMap((one) => [seriesTable(one), ""]),
	].join("\n");
}

function verdict({ measured, isMet }) {
	if (measured === null) return "not measured";
	return isMet ? "met" : "**not met**";
}

function limitsPart(groups) {
	const rows = groups.flatMap(({ title, limits }) =>
		limits.map((row) => [title, row.what, row.limit, row.measured ?? "left out", verdict(row)]),
	);
	const head = ["", "what", "limit", "measured", ""];
	return [
		"## Limits",
		"",
		"Sizes have limits of their own, which `npm test` checks.",
		"",
		table(head, [0, 0, 0, 1, 0], rows),
		"",
	].join("\n");
}

/** The hand-written parts of a page, by their names. */
const keptParts = (page) => Object.fromEntries([...page.matchAll(KEEP)].map(([, name, text]) => [name, text]));

const kept = (name, parts, otherwise) => `<!-- keep: ${name} -->\n${parts[name] ?? otherwise}<!-- end -->\n`;

/** The whole page. The hand-written parts come from the old page. */
export function documentOf(groups, names, before) {
	const parts = keptParts(before);
	return [
		INTRO.replace("GROUPS", names.join(", ")),
		limitsPart(groups),
		kept("profiles", parts, "## Profiles\n\nWhat was slow, what was done, what it gave: not written yet.\n"),
		...groups.map(groupPart),
	].join("\n");
}

/** The same numbers for a terminal. */
export function printGroup(group) {
	for (const contest of group.contests) console.log(`\n${contestTable(contest)}`);
	for (const one of group.series ?? []) console.log(`\n${seriesTable(one)}`);
	console.log(`\n${limitsPart([group])}`);
}
