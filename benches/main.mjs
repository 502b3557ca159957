// Runs the benchmarks: `node main.mjs [--only <group>] [--before] [--quick] [--write]`. `npm run bench` builds and installs
// first.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EFFORT } from "./harness/contest.mjs";
import { documentOf, printGroup } from "./report/document.mjs";
import { ratioPlot, seriesPlot } from "./report/plot.mjs";
import { savingsOf } from "./report/savings.mjs";

const GROUPS = ["requests", "callbacks", "validation", "tokens", "cold-start", "scaling"];
const docs = (name) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
const PAGE = docs("benchmarks.md");
const DATA = docs("benchmarks.json");
const BUDGET = fileURLToPath(new URL("../scripts/size-budget.json", import.meta.url));

const NODE = process.versions.node.split(".")[0];

const versionOf = (name) =>
	JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8")).version;

/** The machine and the versions of a measurement. */
const measuredWith = (peers) => ({
	date: new Date().toISOString().slice(0, 10),
	machine: `${cpus()[0].model.trim()}, ${cpus().length} cores`,
	versions: {
		node: process.versions.node,
		...Object.fromEntries(["paystar", ...peers].map((name) => [name, versionOf(name)])),
	},
});

async function runGroup(name, effort) {
	const group = await import(`./groups/${name}.mjs`);
	console.log(`\n${group.title}`);
	const result = await group.run(effort);
	const { title, peers } = group;
	return { name, node: NODE, title, measured: measuredWith(peers), ...result, limits: group.limits(result) };
}

/** Writes the plots of a group. Returns their paths, for the page. */
function writePlots({ name, title, contests, series }) {
	const write = (id, alt, svg) => {
		const file = `benchmarks-${id}.svg`;
		writeFileSync(docs(file), svg);
		return { file, alt };
	};
	const ratios = contests
		.filter(({ rows }) => rows.length > 2)
		.map((contest) => write(contest.id, contest.title, ratioPlot(contest)));
	return series === undefined ? ratios : [...ratios, write(name, title, seriesPlot(series, title))];
}

/** Groups that did not run keep their old results. The results of another Node do not change either. */
function write(groups) {
	mkdirSync(docs(""), { recursive: true });
	const before = existsSync(DATA) ? JSON.parse(readFileSync(DATA, "utf8")) : [];
	const isNew = ({ name, node }) => groups.some((group) => group.name === name && group.node === node);
	const measured = [...groups, ...before.filter((group) => !isNew(group))].toSorted(
		(a, b) => GROUPS.indexOf(a.name) - GROUPS.indexOf(b.name) || a.node - b.node,
	);
	writeFileSync(DATA, `${JSON.stringify(measured, null, "\t")}\n`);
	// The plots show the oldest Node.
	const [{ node: oldest }] = measured.toSorted((a, b) => a.node - b.node);
	const withPlots = measured.map((group) => ({ ...group, plots: group.node === oldest ? writePlots(group) : [] }));
	const page = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "";
	writeFileSync(PAGE, documentOf(withPlots, GROUPS, page));
	writeFileSync(docs("savings.md"), savingsOf(measured, JSON.parse(readFileSync(BUDGET, "utf8"))));
	console.log("docs/benchmarks.md and docs/savings.md are written.");
}

function readOptions() {
	const options = {
		only: { type: "string" },
		before: { type: "boolean" },
		quick: { type: "boolean" },
		write: { type: "boolean" },
	};
	const { values } = parseArgs({ options });
	if (values.only !== undefined && !GROUPS.includes(values.only)) {
		throw new Error(`--only takes one of ${GROUPS.join(", ")}.`);
	}
	return values;
}

const { only, before, quick, write: isWritten } = readOptions();
const groups = [];
for (const name of only === undefined ? GROUPS : [only]) {
	const group = await runGroup(name, { ...(quick ? EFFORT.quick : EFFORT.full), hasBefore: before === true });
	printGroup(group);
	groups.push(group);
}
if (isWritten || !quick) write(groups);
