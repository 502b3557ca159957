// Writes the results to docs/benchmarks.md as tables. Text between the markers `keep` is written by hand, and is kept.
import { METRICS } from "../harness/contest.mjs";
import { digits, ratio } from "../harness/numbers.mjs";

const KEEP = /<!-- keep: (\w+) -->\n([\s\S]*?)<!-- end -->/g;

const INTRO = `# Benchmarks

These benchmarks compare the CPU time, the memory and the start time of the package with other libraries that do the same work.

\`\`\`sh
npm run bench                       # all groups, about twenty minutes; writes this page
npm run bench -- --node 24          # the same with another Node, which the command installs
npm run bench -- --only callbacks   # one of: GROUPS
npm run bench -- --before REV       # the cold start also of the package of an earlier commit
npm run bench -- --quick            # faster and less exact; writes this page only together with --write
\`\`\`

The command builds and packs the package. Then it installs the package and the other libraries (\`benches/package.json\`).

- Each library runs in a separate process. The server on loopback runs in another process.
- After a warm-up, there are several rounds. Every round runs each library once, and the order rotates.
- Each round gives a ratio: the cost of a library, divided by the cost of the baseline in the same round. A row shows the median of the costs and the median of the ratios. The two numbers beside the ratio are its quartiles: half of the rounds lie between them.
- CPU time includes all threads of the process, also the threads of the JavaScript engine. Memory is the peak of the process.
- Every result is checked. A wrong result ends the run.
- Compare the ratios. The times depend on the machine. Run nothing else on it at the same time.

To measure the Rust core without the boundary to JavaScript, run \`cargo bench --package paystar-protocol --profile native\`.
`;

const table = (head, aligned, rows) =>
	[head, head.map((_, index) => (aligned[index] ? "---:" : "---")), ...rows]
		.map((cells) => `| ${cells.join(" | ")} |`)
		.join("\n");

const isOurs = (name) => name.startsWith("paystar");
const named = (name) => (isOurs(name) ? `**${name}**` : name);

function contestTable({ title, note, metric, baseline, rows, skipped }, node) {
	const { unit, isBetter } = METRICS[metric];
	const hasMemory = rows.some(({ peakMiB }) => peakMiB !== undefined);
	const hasAdded = rows.some(({ overEmpty }) => overEmpty !== undefined);
	const head = [
		"",
		unit,
		...(hasAdded ? ["above empty process, ms"] : []),
		`ratio (${isBetter} is better)`,
		"quartiles",
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
	return [`### ${title} (Node ${node})`, "", ...(note ? [note, ""] : []), table(head, aligned, lines), ...left].join(
		"\n",
	);
}

function seriesTable({ title, item, sizes, lines }, node) {
	const each = item === "call" ? "CPU of a call, us" : `CPU of a call, us (per ${item})`;
	const cell = (line, index) =>
		item === "call"
			? `${digits(line.us[index])} (${line.peakMiB[index].toFixed(0)} MiB)`
			: `${digits(line.us[index])} (${digits(line.perItemUs[index])})`;
	const head = [item === "call" ? `${each} (peak memory)` : each, ...sizes.map((size) => size.toLocaleString("en-US"))];
	const rows = lines.map((line) => [named(line.name), ...sizes.map((_, index) => cell(line, index))]);
	return [
		`### ${title} (Node ${node})`,
		"",
		table(
			head,
			head.map((_, index) => index > 0),
			rows,
		),
	].join("\n");
}

/** The results of a group with one Node. A group has its title only once. */
function groupPart({ name, node, title, measured, contests, series = [], plots }, index, groups) {
	const { date, machine, versions } = measured;
	const words = Object.entries(versions).map(([library, version]) => `${library} ${version}`);
	return [
		...(groups[index - 1]?.name === name ? [] : [`## ${title}`, ""]),
		`**Node ${node}**: \`npm run bench -- --node ${node} --only ${name}\`, ${date}, ${machine}. ${words.join(", ")}.`,
		"",
		...plots.flatMap(({ file, alt }) => [`![${alt}](${file})`, ""]),
		...contests.flatMap((contest) => [contestTable(contest, node), ""]),
		...series.flatMap((one) => [seriesTable(one, node), ""]),
	].join("\n");
}

function verdict({ measured, isMet }) {
	if (measured === null) return "not measured";
	return isMet ? "met" : "**not met**";
}

/** What a run measured for a limit. The runs of a group have the same limits in the same order. */
function measuredCell(group, index) {
	const row = group?.limits[index];
	if (row === undefined) return "not measured";
	return row.measured === null ? verdict(row) : `${row.measured}, ${verdict(row)}`;
}

function limitsPart(groups) {
	const nodes = [...new Set(groups.map(({ node }) => node))].toSorted((a, b) => a - b);
	const firsts = groups.filter(({ name }, index) => groups.findIndex((group) => group.name === name) === index);
	const rows = firsts.flatMap(({ name, title, limits }) =>
		limits.map(({ what, limit }, index) => {
			const runs = nodes.map((node) => groups.find((group) => group.name === name && group.node === node));
			return [title, what, limit, ...runs.map((group) => measuredCell(group, index))];
		}),
	);
	const head = ["", "what", "limit", ...nodes.map((node) => `Node ${node}`)];
	return [
		"## Limits",
		"",
		"`npm test` checks the limits of sizes. This table has the other limits.",
		"",
		table(head, [], rows),
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
		kept("profiles", parts, "## Profiles\n\nThis part is not written yet. It says what was slow, and what helped.\n"),
		...groups.map(groupPart),
	].join("\n");
}

/** Prints the numbers of a group to the terminal. */
export function printGroup(group) {
	for (const contest of group.contests) console.log(`\n${contestTable(contest, group.node)}`);
	for (const one of group.series ?? []) console.log(`\n${seriesTable(one, group.node)}`);
	console.log(`\n${limitsPart([group])}`);
}
