// Writes docs/savings.md: what the measured numbers mean for a user, in plain words.
import { digits } from "../harness/numbers.mjs";

const seconds = (us) => `${digits(us)} s`;

/** The rows of a contest by name, with one Node. Undefined if it was not measured. */
function rowsOf(groups, node, group, id) {
	const contest = groups.find((one) => one.name === group && one.node === node)?.contests.find((one) => one.id === id);
	return contest && Object.fromEntries(contest.rows.map((row) => [row.name, row]));
}

/** What the page compares. A million calls of `x` microseconds take `x` seconds. */
const PARTS = [
	{
		title: "A backend that sends payouts",
		text: "The time of a payout is mostly the time of the network and of PayStar. But your server pays for the CPU. The CPU decides how many payouts a small server can send at once.",
		tables: [
			{
				from: ["requests", "request"],
				head: "CPU of 1,000,000 payouts, one after another",
				cell: ({ median }) => seconds(median),
				names: ["paystar", "node:http agent", "Stripe", "axios", "global fetch, with a timeout", "got"],
			},
			{
				from: ["requests", "throughput"],
				head: "payouts that one process can send in a second, with 64 at the same time",
				cell: ({ median }) => digits(median),
				names: ["paystar", "node:http agent", "Stripe", "axios", "global fetch, with a timeout", "got"],
			},
		],
	},
	{
		title: "A backend that receives callbacks",
		text: "The package checks the signature, refuses members that appear twice, and returns typed values. The program without a library only checks the signature.",
		tables: [
			{
				from: ["callbacks", "callback"],
				head: "CPU of 1,000,000 callbacks",
				cell: ({ median }) => seconds(median),
				names: ["paystar", "node:crypto by hand", "Stripe", "Standard Webhooks", "Svix"],
			},
		],
	},
	{
		title: "A form or a file that is checked",
		text: "Each library reports all mistakes. `payouts.validate` also knows the countries, the telecom operators, look-alike characters and the key that you probably meant.",
		tables: [
			{
				from: ["validation", "valid"],
				head: "CPU of 1,000,000 right payouts",
				cell: ({ median }) => seconds(median),
				names: ["paystar", "hand-written JS", "Zod 4", "Yup", "Valibot", "TypeBox", "Ajv"],
			},
			{
				from: ["validation", "invalid"],
				head: "CPU of 1,000,000 payouts with four mistakes",
				cell: ({ median }) => seconds(median),
				names: ["paystar", "hand-written JS", "Zod 4", "Yup", "Valibot", "TypeBox", "Ajv"],
			},
		],
	},
	{
		title: "A function that starts often",
		text: "A serverless function and a command start a new process again and again. The table shows the time that a library adds to an empty process of Node: it is imported, makes a client and verifies one callback.",
		tables: [
			{
				from: ["cold-start", "cold-start"],
				head: "time that is added to a start",
				cell: ({ overEmpty }) => `${digits(overEmpty)} ms`,
				names: ["paystar", "Standard Webhooks", "Svix", "Mollie", "Stripe", "axios", "Adyen", "Square"],
			},
		],
	},
];

function tableOf(groups, nodes, { from, head, cell, names }) {
	const columns = nodes.map((node) => ({ node, rows: rowsOf(groups, node, ...from) })).filter(({ rows }) => rows);
	if (columns.length === 0) return [];
	const cells = (name) => columns.map(({ rows }) => (rows[name] === undefined ? "" : cell(rows[name])));
	return [
		`| ${[head, ...columns.map(({ node }) => `Node ${node}`)].join(" | ")} |`,
		`| --- | ${columns.map(() => "---:").join(" | ")} |`,
		...names.map((name) => `| ${[name === "paystar" ? "**paystar**" : name, ...cells(name)].join(" | ")} |`),
		"",
	];
}

/** The whole page. `budget` has the limits of the sizes. */
export function savingsOf(groups, budget) {
	const nodes = [...new Set(groups.map(({ node }) => node))].toSorted((a, b) => a - b);
	const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;
	return [
		"# What you save",
		"",
		"This page says what the [benchmarks](benchmarks.md) mean for a merchant. `npm run bench` measures the numbers and writes this page. The times depend on the machine, so compare the rows with each other.",
		"",
		...PARTS.flatMap(({ title, text, tables }) => [
			`## ${title}`,
			"",
			text,
			"",
			...tables.flatMap((table) => tableOf(groups, nodes, table)),
		]),
		"## A page",
		"",
		`A page that imports the client loads at most ${kB(budget["browser: import { PayStar }, gzip"])} with gzip. It contains all rules, so the page needs no other library for forms. A page that imports only a small helper from \`paystar/helpers\` loads at most ${kB(budget["browser: import { maskCardNumber } from paystar/helpers, gzip"])}. \`npm test\` checks both numbers. The package has no dependency, so an update of it changes nothing else in your project.`,
		"",
	].join("\n");
}
