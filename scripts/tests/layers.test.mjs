// The checks of the map find what they should find, in small made-up workspaces. In the real workspace, cargo refuses
// every import that runs upward.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
	appendFileSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, test } from "node:test";
import { checkLayers } from "../lib/layers.mjs";
import { readCrates, readMap } from "../lib/map.mjs";
import { root } from "../lib/steps.mjs";

const MAP = `
| room | folder | holds | may use |
| --- | --- | --- | --- |
| low | \`crates/low\` | rules | nothing |
| high | \`crates/high\` | more rules | low |
| send | \`src/send\` | requests | nothing |
| face | \`src/face\`, \`src/lib.rs\` | the surface | high, low, send |

| what | only in |
| --- | --- |
| \`fetch(\` | \`src/send\` |
| \`node:http\` | \`src/send\` |
| \`setTimeout\`, \`setInterval\` | \`src/send\` |
`;
const crate = (name, rest = "") => `[package]\nname = "${name}"\nedition = "2024"\n${rest}`;

/** A workspace in which everything is right. */
const CLEAN = {
	"docs/architecture.md": MAP,
	"Cargo.toml": crate(
		"face",
		'[workspace]\nmembers = ["crates/*"]\n[dependencies]\nhigh = { path = "crates/high" }\nlow = { path = "crates/low" }\n',
	),
	"crates/low/Cargo.toml": crate("low", "[features]\ntypescript = []\n"),
	"crates/low/src/lib.rs": "//! Not code: crate::b::B.\npub mod a;\npub mod b;\n",
	"crates/low/src/a.rs": [
		"use super::b::{self, B};",
		'const TEXT: &str = "super::c";',
		'#[cfg_attr(feature = "typescript", derive(Debug))]',
		"pub struct A(pub B);",
		"pub fn name() -> &'static str { b::NAME }",
		"#[cfg(test)]",
		"mod tests { use super::*; use crate::b::B; }",
	].join("\n"),
	"crates/low/src/b.rs": [
		'pub const NAME: &str = "b";',
		"#[derive(Default)]",
		"pub struct B;",
		"#[cfg(test)]",
		"mod tests {",
		"    use super::super::a::A;",
		`${"    // A long test.\n".repeat(500)}}`,
	].join("\n"),
	"crates/high/Cargo.toml": crate("high", '[dependencies]\nlow = { path = "../low" }\n'),
	"crates/high/src/lib.rs": "pub use low::a::A;\n",
	"src/lib.rs": "mod face;\n",
	"src/face/mod.rs": "use high::A;\nuse low::b::B;\n",
	"src/face/client.js": 'import { send } from "../send/fetch.js";\n// fetch(url) would be wrong here.\nsend();\n',
	"src/send/fetch.js": "export const send = () => setTimeout(() => fetch('/'));\n",
};

const folders = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function makeFolder() {
	const folder = mkdtempSync(join(tmpdir(), "paystar-layers-"));
	folders.push(folder);
	return folder;
}

function write(folder, file, text) {
	mkdirSync(dirname(join(folder, file)), { recursive: true });
	writeFileSync(join(folder, file), text);
}

/** A workspace on disk: the clean workspace with other or more files. */
function makeWorkspace(files) {
	const folder = makeFolder();
	for (const [file, text] of Object.entries({ ...CLEAN, ...files })) write(folder, file, text);
	return folder;
}

/** The problems of the clean workspace with other or more files. */
const problemsOf = async (files) => (await checkLayers(makeWorkspace(files))).problems;

/** Checks that there is exactly one problem, and that it says these things. */
async function assertProblem(files, ...texts) {
	const problems = await problemsOf(files);
	assert.equal(problems.length, 1, problems.join("\n") || "no problem was found");
	for (const text of texts) assert.ok(problems[0].includes(text), `${problems[0]}\ndoes not say: ${text}`);
}

test("a clean workspace has no problems", async () => {
	assert.deepEqual(await problemsOf({}), []);
});

test("a dependency upward is found, also if only tests need it", async () => {
	const low = (kind) => ({
		"crates/low/Cargo.toml": crate("low", `[${kind}]\nface = { path = "../.." }\n`),
	});
	for (const kind of ["dependencies", "dev-dependencies", "build-dependencies"]) {
		await assertProblem(low(kind), "low depends on face", 'the room "low" may use nothing');
	}
});

test("Rust code of a room in a shared crate that uses another crate is found", async () => {
	await assertProblem(
		{ "src/lib.rs": "mod face;\nmod send;\n", "src/send/mod.rs": "use high::A;\n" },
		"src/send/mod.rs uses the crate high",
		'the room "send" may use nothing',
	);
});

test("a crate and a file without a room are found", async () => {
	const problems = await problemsOf({ "crates/new/Cargo.toml": crate("new"), "crates/new/src/lib.rs": "" });
	assert.match(problems.join("\n"), /crates\/new\/src\/lib\.rs is in no room/);
	assert.match(problems.join("\n"), /The crate new has no room/);
});

for (const [how, b] of [
	["with `crate::`", "pub struct B;\nfn f(a: crate::a::A) {}"],
	["with `super::`", "use super::a::A;\npub struct B;"],
	["with a group of imports", "use super::{\n    a::{A, name as other},\n};\npub struct B;"],
	["with all names of a module", "use super::a::*;\npub struct B;"],
	["with the name of a module", "use crate::a;\npub struct B;\nfn f() { a::name(); }"],
	["in a module inside the file", "pub struct B;\npub mod inner { use super::super::a::A; }"],
	["through an import in the root", "pub struct B;\nfn f() { super::tools::name(); }"],
]) {
	test(`a cycle of modules is found: ${how}`, async () => {
		await assertProblem(
			{
				"crates/low/src/lib.rs": "pub mod a;\npub mod b;\nuse a as tools;\n",
				"crates/low/src/b.rs": b.replace("super::tools", how.includes("root") ? "crate::a" : "super::tools"),
			},
			"These Rust files use each other",
			"crates/low/src/a.rs uses super::b",
			"crates/low/src/b.rs uses",
		);
	});
}

test("a cycle through a facade is found", async () => {
	await assertProblem(
		{
			"crates/low/src/lib.rs": "pub mod a;\npub mod b;\npub use a::A;\n",
			"crates/low/src/b.rs": "use crate::A;\npub struct B;",
		},
		"crates/low/src/b.rs uses crate::A in crates/low/src/lib.rs",
		"crates/low/src/lib.rs uses a::A in crates/low/src/a.rs",
	);
});

test("a cycle through methods in another file is found", async () => {
	await assertProblem(
		{
			"crates/low/src/a.rs": "pub struct A;\nfn f(a: A) { a.save_it(); }",
			"crates/low/src/b.rs": "use super::a::A;\nimpl A {\n    pub fn save_it(&self) {}\n}",
		},
		"crates/low/src/a.rs uses A::save_it in crates/low/src/b.rs",
	);
});

test("a long cycle is one problem, which names each file", async () => {
	await assertProblem(
		{
			"crates/low/src/lib.rs": "pub mod a;\npub mod b;\nmod c;\n",
			"crates/low/src/a.rs": "use super::b::B;\npub struct A;\n",
			"crates/low/src/b.rs": "use super::c::C;\npub struct B;\n",
			"crates/low/src/c/mod.rs": "mod d;\nuse d::D;\npub struct C;\n",
			"crates/low/src/c/d.rs": "use super::super::a::A;\npub struct D;\n",
		},
		...["a", "b", "c/mod", "c/d"].map((name) => `crates/low/src/${name}.rs uses`),
	);
});

test("a cycle of JavaScript files is found", async () => {
	await assertProblem(
		{
			"src/send/fetch.js": 'import { b } from "./b.js";\nexport const send = () => b;\n',
			"src/send/b.js": 'export { send as b } from "./fetch.js";\n',
		},
		"These JavaScript files use each other",
		"src/send/b.js uses ./fetch.js",
		"src/send/fetch.js uses ./b.js",
	);
});

test("a JavaScript import that the map does not allow is found", async () => {
	await assertProblem(
		{
			"src/send/fetch.js": 'import { name } from "../face/name.js";\nexport const send = () => name;\n',
			"src/face/name.js": "export const name = 1;\n",
		},
		"src/send/fetch.js uses ../face/name.js",
		'the room "send" may use nothing',
	);
});

test("a source file of two crates is found", async () => {
	const manifest = crate("high", '[lib]\npath = "../low/src/lib.rs"\n');
	const problems = (await problemsOf({ "crates/high/Cargo.toml": manifest })).join("\n");
	assert.match(problems, /The crate high compiles crates\/low\/src\/lib\.rs, which is outside of its folder/);
	assert.match(problems, /crates\/low\/src\/a\.rs is compiled into two crates/);

	const folder = makeWorkspace({ "crates/high/src/lib.rs": "mod a;\n" });
	symlinkSync(join(folder, "crates/low/src/b.rs"), join(folder, "crates/high/src/a.rs"));
	assert.match(
		(await checkLayers(folder)).problems.join("\n"),
		/crates\/low\/src\/b\.rs is compiled into two crates, high and low/,
	);
});

test("tricks with paths are found", async () => {
	await assertProblem(
		{ "crates/high/src/lib.rs": '#[path = "../../low/src/a.rs"]\nmod a;\n' },
		"crates/high/src/lib.rs has #[path] or include!",
	);
	await assertProblem(
		{ "crates/high/src/lib.rs": 'include!("../../low/src/b.rs");\n' },
		"crates/high/src/lib.rs has #[path] or include!",
	);
	await assertProblem(
		{ "crates/high/src/lib.rs": 'const TABLE: &str = include_str!("../../low/table.tsv");\n' },
		"crates/high/src/lib.rs includes crates/low/table.tsv",
	);
});

test("a cargo feature that chooses code is found", async () => {
	await assertProblem(
		{ "crates/high/src/lib.rs": '#[cfg(feature = "more")]\npub struct More;\n' },
		"crates/high/src/lib.rs asks for a cargo feature",
	);
	await assertProblem(
		{ "crates/low/Cargo.toml": crate("low", "[features]\nsandbox = []\n") },
		"low has the cargo feature sandbox",
	);
});

for (const [what, code] of [
	["`fetch(`", "const body = await fetch('/');"],
	["`fetch(`", "const { fetch } = globalThis; globalThis.fetch;"],
	["`node:http`", "process.getBuiltinModule('node:https');"],
	["`setTimeout`, `setInterval`", "setInterval(() => {}, 1);"],
]) {
	test(`${code} in the wrong room is found`, async () => {
		await assertProblem({ "src/face/client.js": code }, `src/face/client.js touches ${what}. Only src/send`);
	});
}

test("a file that is too long is found, tests do not count", async () => {
	const lines = (count) => "// A line.\n".repeat(count);
	assert.deepEqual(await problemsOf({ "scripts/a.mjs": lines(400), "crates/low/src/tests/b.rs": lines(500) }), []);
	await assertProblem({ "scripts/a.mjs": lines(401) }, "scripts/a.mjs has 401 lines");
	await assertProblem(
		{ "crates/high/src/lib.rs": `${lines(401)}\n#[cfg(test)]\nmod tests {\n${lines(100)}}\n` },
		"crates/high/src/lib.rs has 402 lines without its tests",
	);
	const { problems, warnings } = await checkLayers(makeWorkspace({ "js-tests/a.test.mjs": lines(801) }));
	assert.deepEqual([problems.length, warnings.length], [0, 1]);
});

test("a map that is wrong is found", async () => {
	const change = (from, to) => ({ "docs/architecture.md": MAP.replace(from, to) });
	await assertProblem(change("| nothing |", "| high |"), "the table allows a cycle: high -> low -> high");
	await assertProblem(
		change("more rules | low |", "more rules | lower, low |"),
		'"high" may use "lower", but no room has this name',
	);
	await assertProblem(change("`src/send` | requests", "`src/send`, `src/sent` | requests"), "src/sent");
	await assertProblem(change("| `node:http` |", "| `node:dns` |"), "TOUCHES");
});

test("a document that names a file which does not exist is found", async () => {
	await assertProblem(
		{ "CONTRIBUTING.md": "See `src/lib.rs` and `src/gone.rs`.\n" },
		"CONTRIBUTING.md names src/gone.rs",
	);
});

const rustCodes = (...constants) =>
	`// Codes that Rust and JavaScript share: how it ends.\n${constants.join("\n")}\n\nfn f() {}\n`;
const jsCodes = (...constants) =>
	`/** Codes that Rust and JavaScript share: how it ends. */\n${constants.join("\n")}\n\nf();\n`;
const codes = (rust, js) => ({ "src/face/mod.rs": rust, "src/face/codes.js": js });

test("codes that Rust and JavaScript share are compared", async () => {
	const rust = rustCodes("const DONE: u8 = 0;", "pub(crate) const LATE: u32 = 2 * 1_024;", "const TAG: char = 's';");
	const js = jsCodes("export const DONE = 0;", "const LATE = 2048;", 'const TAG = "s";');
	assert.deepEqual(await problemsOf(codes(rust, js)), []);
	await assertProblem(codes(rust, js.replace("2048", "2047")), "LATE is 2048 in src/face/mod.rs and 2047 in");
	await assertProblem(codes(rust, js.replace('"s"', '"t"')), "TAG");
	await assertProblem(
		codes(rust.replace("const DONE: u8 = 0;\n", ""), js),
		"src/face/codes.js has DONE",
		"Rust has no DONE",
	);
	await assertProblem(
		codes(rust, js.replace("const LATE = 2048;\n", "")),
		"src/face/mod.rs has LATE",
		"JavaScript has no LATE",
	);
});

test("a block of codes that the other language does not have is found", async () => {
	await assertProblem(codes("", jsCodes("const DONE = 0;")), "Rust has no DONE in a block with this title");
	const otherTitle = rustCodes("const DONE: u8 = 0;").replace("how it ends", "how it begins");
	assert.equal((await problemsOf(codes(otherTitle, jsCodes("const DONE = 0;")))).length, 2);
});

test("constants outside of a block may be in one language, but not differ", async () => {
	assert.deepEqual(await problemsOf(codes("const A: u8 = 1;\nconst C: u8 = 3;", "const A = 1;\nconst B = 2;")), []);
	await assertProblem(
		codes("const A: u8 = 1;", "const A = 2;"),
		"A is 1 in src/face/mod.rs and 2 in src/face/codes.js",
	);
});

/** A copy of the real workspace, with a function that runs cargo in it. */
function copyWorkspace() {
	const folder = makeFolder();
	for (const name of ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "src", "crates"]) {
		cpSync(join(root, name), join(folder, name), { recursive: true });
	}
	return { folder, cargo: (...args) => spawnSync("cargo", [...args, "--offline"], { cwd: folder, encoding: "utf8" }) };
}

test("a real import upward does not compile", () => {
	const { folder, cargo } = copyWorkspace();
	appendFileSync(join(folder, "crates/tables/src/lib.rs"), "\nuse paystar_model as _;\n");
	const { status, stderr } = cargo("check", "--package", "paystar-tables", "--locked");
	assert.notEqual(status, 0);
	assert.match(stderr, /error\[E0432\]: unresolved import `paystar_model`/);
});

test("cargo refuses each dependency upward that would make such an import compile", () => {
	const { rooms } = readMap(root);
	const crates = readCrates(root);
	const crateOf = ({ folders }) => crates.find(({ folder }) => folders.includes(folder));
	const reach = (name, seen = new Set()) => {
		for (const next of crates.find((each) => each.name === name).dependencies) {
			if (!seen.has(next)) reach(next, seen.add(next));
		}
		return seen;
	};
	const { folder, cargo } = copyWorkspace();
	const pairs = rooms.flatMap((room) => rooms.map((other) => [room, other])).filter(([room, other]) => room !== other);
	const refused = new Set();
	for (const [room, other] of pairs) {
		const [crate, target] = [crateOf(room), crateOf(other)];
		if (!crate || !target || room.mayUse.includes(other.name)) continue;
		// Rust finds only crates that are dependencies, so the import alone does not compile.
		assert.ok(!crate.dependencies.includes(target.name), `${crate.name} depends on ${target.name}`);
		if (!reach(target.name).has(crate.name)) continue;
		const manifest = join(folder, crate.folder, "Cargo.toml");
		const text = readFileSync(manifest, "utf8");
		const path = relative(join(folder, crate.folder), join(folder, target.folder));
		const table = `[target.'cfg(all())'.dependencies]\n${target.name} = { path = "${path.replaceAll("\\", "/")}" }\n`;
		writeFileSync(manifest, `${text}\n${table}`);
		const { status, stderr } = cargo("metadata", "--format-version", "1");
		writeFileSync(manifest, text);
		assert.notEqual(status, 0, `cargo lets ${crate.name} depend on ${target.name}`);
		assert.match(stderr, /cyclic package dependency/);
		refused.add(crate.name);
	}
	const names = ["boundary", "engine", "json", "model", "protocol", "sandbox", "tables"];
	assert.deepEqual(
		[...refused].sort(),
		names.map((name) => `paystar-${name}`),
	);
});
