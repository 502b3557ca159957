// Every program in the README and the guides runs unchanged, and compiles with the types of the package.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { documents, programsOf } from "./docs-examples/blocks.mjs";

const LONGEST_RUN_MS = 30_000;
/** Scripts write these pages, or they are for developers of the package. */
const NO_GUIDES = ["docs/api-report.md", "docs/architecture.md", "docs/benchmarks.md", "docs/savings.md"];
const packed = new URL("./node_modules/paystar/", import.meta.url);
// The folder is in node_modules, so that Node finds the other packages.
const folder = new URL("./node_modules/.docs-examples/", import.meta.url);
const pathOf = (name) => fileURLToPath(new URL(name, folder));

/** Prepares a folder in which "paystar" is docs-examples/paystar.mjs, and "packed" is the package. */
function prepare() {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(new URL("node_modules/paystar/", folder), { recursive: true });
	symlinkSync(fileURLToPath(packed), pathOf("node_modules/packed"), "junction");
	cpSync(new URL("./docs-examples/run.mjs", import.meta.url), pathOf("run.mjs"));
	cpSync(new URL("./docs-examples/names.d.ts", import.meta.url), pathOf("names.d.ts"));
	cpSync(new URL("../examples/callback-stores/", import.meta.url), pathOf("callback-stores"), { recursive: true });
	const entries = {
		".": ["paystar.mjs", "index"],
		"./sandbox": ["sandbox.mjs", "sandbox"],
		"./helpers": ["helpers.mjs", "helpers"],
		"./server": ["server.mjs", "server"],
		"./server/testing": ["server-testing.mjs", "server-testing"],
	};
	const exports = {};
	for (const [entry, [file, name]] of Object.entries(entries)) {
		cpSync(new URL(`./docs-examples/${file}`, import.meta.url), pathOf(`node_modules/paystar/${file}`));
		const types = readFileSync(new URL(`dist/${name}.d.ts`, packed), "utf8").replace(
			/\.\/(index|server)\.js/g,
			"./$1.mjs",
		);
		writeFileSync(pathOf(`node_modules/paystar/${name}.d.mts`), types);
		exports[entry] = { types: `./${name}.d.mts`, default: `./${file}` };
	}
	writeFileSync(pathOf("node_modules/paystar/package.json"), JSON.stringify({ name: "paystar", exports }));
}

const fileOf = ({ name, language }) => pathOf(`${name.replace(/\W/g, "_")}.m${language}`);

/** The lines that a program must print: the comments after `console.log`. `…` matches any text. */
const promisesOf = ({ code }) => [...code.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map(([, text]) => text);

function assertPrinted(program, stdout) {
	const lines = stdout.split("\n");
	for (const promise of promisesOf(program)) {
		const pattern = promise.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
		const isPrinted = lines.some((line) => new RegExp(`^${pattern.join(".*")}$`).test(line));
		assert.ok(isPrinted, `${program.name} says that it prints "${promise}", but it prints:\n${stdout}`);
	}
}

/** Runs a program to its end. If it fails, the error contains the output. */
async function runProgram(program) {
	const { code } = await transform(program.code, { loader: program.language, target: "es2022" });
	const file = `${fileOf(program)}.run.mjs`;
	writeFileSync(file, code);
	const { stdout } = await promisify(execFile)(process.execPath, [pathOf("run.mjs"), file], {
		timeout: LONGEST_RUN_MS,
	});
	assertPrinted(program, stdout);
}

prepare();
const all = documents.flatMap(programsOf);

for (const document of documents) {
	const programs = programsOf(document);
	const left = programs.filter(({ notRun }) => notRun);
	const running = programs.filter(({ notRun }) => !notRun);
	test(`${document}: ${running.length} programs run, ${left.length} are skipped`, async (t) => {
		for (const { name, notRun } of left) t.diagnostic(`left out: ${name}, ${notRun}`);
		assert.ok(running.length > 0);
		for (const program of running) await t.test(program.name, () => runProgram(program));
	});
}

test("the programs compile with the types of the package", () => {
	for (const program of all) writeFileSync(fileOf(program), `${program.code}\nexport {};\n`);
	const files = all.map(fileOf);
	const compilerOptions = {
		strict: true,
		// In JavaScript, a caught value has no type.
		useUnknownInCatchVariables: false,
		noImplicitAny: false,
		allowJs: true,
		checkJs: true,
		noEmit: true,
		target: "es2022",
		lib: ["es2023", "dom"],
		types: ["node"],
		module: "nodenext",
	};
	writeFileSync(pathOf("tsconfig.json"), JSON.stringify({ compilerOptions, files: [...files, "names.d.ts"] }));
	const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
	const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", pathOf("tsconfig.json")], { encoding: "utf8" });
	assert.equal(status, 0, stdout);
});

test("the tests find a failing program, and they read all programs and guides", async () => {
	const failing = { name: "none:1", language: "js", code: "await paystar.payouts.get('no such order');" };
	await assert.rejects(runProgram(failing), /NotFoundError/);
	const names = all.map(({ name }) => name);
	assert.equal(new Set(names).size, names.length);
	const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
	assert.equal(programsOf("README.md").length, readme.match(/^```(js|ts)$/gm).length);
	const written = readdirSync(new URL("../docs/", import.meta.url)).map((name) => `docs/${name}`);
	const guides = written.filter((path) => path.endsWith(".md") && !NO_GUIDES.includes(path));
	assert.deepEqual(guides.sort(), documents.filter((path) => path.startsWith("docs/")).sort());
});
