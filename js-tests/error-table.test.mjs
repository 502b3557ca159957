// The table of errors (crates/protocol/src/errors.tsv) is the source of what each error code means. The native tests compare
// it with the Rust code. These tests compare it with the error classes, the types, `explain` and the documents.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import * as paystar from "paystar";

const read = (path) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");
const [head, ...lines] = read("../crates/protocol/src/errors.tsv").trimEnd().split("\n");
const names = head.split("\t");
const rows = lines.map((line) => Object.fromEntries(line.split("\t").map((value, index) => [names[index], value])));
const types = read("node_modules/paystar/dist/index.d.ts");

const words = (text) => [...text.matchAll(/"(\w+)"/g)].map(([, word]) => word).sort();
const unique = (list) => [...new Set(list)].sort();

test("the type ErrorCode has the codes of the table", () => {
	const [, union] = /export type ErrorCode = ([^;]+);/.exec(types);
	assert.deepEqual(words(union), unique(rows.map(({ code }) => code)));
});

test("each error class is thrown for the codes of the table", async () => {
	const { makeError } = await import(new URL("node_modules/paystar/dist/errors.js", import.meta.url));
	for (const { code, class: name } of rows) {
		const error = makeError({ code, message: "m" });
		assert.equal(error.name, name, code);
		assert.ok(error instanceof paystar[name] && error instanceof paystar.PayStarError, code);
	}
});

test("the types of the error classes have the codes and outcomes of the table", () => {
	// Other ApiErrors have an interface without a class.
	const declared = [...types.matchAll(/export (?:class|interface) (\w+) extends (?:Api)?ErrorBase \{([^}]*)\}/g)];
	const members = new Map(declared.map(([, name, body]) => [name.replace("OtherApiError", "ApiError"), body]));
	assert.deepEqual([...members.keys()].sort(), unique(rows.map((row) => row.class)));
	for (const [name, body] of members) {
		const ofClass = rows.filter((row) => row.class === name);
		const [, codes] = /readonly code:([^;]+);/.exec(body);
		assert.deepEqual(words(codes), unique(ofClass.map(({ code }) => code)), name);
		const [, outcomes] = /readonly outcome: ([^;]+);/.exec(body) ?? [];
		if (outcomes && outcomes !== "Outcome") {
			assert.deepEqual(words(outcomes), unique(ofClass.map(({ outcome }) => outcome)), name);
		}
	}
});

test("explain returns the advice, the payer's text and the retry rule of the table", () => {
	for (const row of rows) {
		const { code, outcome } = row;
		assert.deepEqual(
			paystar.explain({ code, ...(outcome === "" ? {} : { outcome }) }),
			{ whoseFault: row.whose_fault, retry: row.retry, advice: row.advice, payerText: row.payer_text },
			`${code} ${outcome}`,
		);
	}
});

test("docs/errors.md has the codes and the texts of the table", () => {
	const expected = rows.map(
		(row) => `| \`${row.code}\` | \`${row.class}\` | ${row.outcome && `\`${row.outcome}\``} | ${row.meaning} |`,
	);
	// Prettier aligns the columns of tables.
	const listed = read("../docs/errors.md")
		.split("\n")
		.map((line) => line.replaceAll(/ +/g, " "))
		.filter((line) => rows.some(({ code }) => line.startsWith(`| \`${code}\` | \``)));
	assert.deepEqual(
		listed,
		expected.map((line) => line.replaceAll(/ +/g, " ")),
	);
});
