// The contents of the packed package.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as entry from "paystar";
import * as sandbox from "paystar/sandbox";
import * as server from "paystar/server";
import * as serverTesting from "paystar/server/testing";

const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL("./node_modules/paystar/", import.meta.url));
const manifest = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));

const packedFiles = () =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((file) => file.isFile())
		.map((file) => `${(file.parentPath ?? file.path).slice(folder.length)}/${file.name}`.replace(/^\//, ""));

test("ESM and CommonJS have exactly the exports that the types declare", () => {
	for (const [name, esm] of [
		["paystar", entry],
		["paystar/sandbox", sandbox],
		["paystar/server", server],
		["paystar/server/testing", serverTesting],
	]) {
		const names = Object.keys(esm).sort();
		assert.deepEqual(Object.keys(require(name)).sort(), names);
		const { types } = manifest.exports[name.replace("paystar", ".")].import;
		const declared = [...readFileSync(folder + types, "utf8").matchAll(/^export (?:class|function|const) (\w+)/gm)];
		assert.deepEqual(declared.map(([, declaredName]) => declaredName).sort(), names);
	}
});

test("CommonJS works, and its errors have codes", async () => {
	const { PayStar, PayStarError } = require("paystar");
	assert.throws(
		() => new PayStar({}),
		(error) => error instanceof PayStarError && error.code === "configuration_invalid",
	);
});

test("both entries throw errors of the same classes", () => {
	const { ConfigurationError } = require("paystar");
	assert.throws(() => new (require("paystar/sandbox").Sandbox)({}), ConfigurationError);
	assert.throws(() => new sandbox.Sandbox({}), entry.ConfigurationError);
});

test("classes have their own names", () => {
	for (const { PayStar, Payouts, TimeoutError } of [entry, require("paystar")]) {
		assert.deepEqual([PayStar.name, Payouts.name, TimeoutError.name], ["PayStar", "Payouts", "TimeoutError"]);
	}
});

test("an import does not start the wasm: it starts at its first use", () => {
	const script = `
		const { Instance } = WebAssembly;
		const started = [];
		WebAssembly.Instance = class extends Instance { constructor(...given) { super(...given); started.push(this.exports); } };
		const { PayStar } = await import("paystar");
		const before = started.length;
		for (let i = 0; i < 3; i++) new PayStar({ baseUrl: "http://127.0.0.1:1" });
		console.log(before, started.length, "unpack" in started[0]);`;
	const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
		cwd: fileURLToPath(new URL(".", import.meta.url)),
		encoding: "utf8",
	});
	// The first instance reads the text of the wasm.
	assert.equal(printed.trim(), "0 2 true");
});

test("if WebAssembly is forbidden, an import works, and each use throws an error that says what to do", () => {
	const script = `
		const { Module } = WebAssembly;
		WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError("forbidden here"); } };
		const { explain, maskCardNumber, ConfigurationError } = await import("paystar");
		const { Sandbox } = await import("paystar/sandbox");
		const uses = [() => maskCardNumber("4111111111111111"), () => new Sandbox({ payouts: { token: "a.b.c" } })];
		const errors = [];
		for (const use of [...uses, ...uses]) {
			try { use(); } catch (error) {
				const isRight = error instanceof ConfigurationError && error.cause instanceof WebAssembly.CompileError;
				const [first, second] = error.message.split(". ");
				console.log(isRight, error.code, error.outcome, first, second.includes("'wasm-unsafe-eval'"));
				errors.push(error);
			}
		}
		WebAssembly.Module = Module;
		console.log(uses[0](), errors.every((error) => error.advice === explain(error).advice));`;
	const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
		cwd: fileURLToPath(new URL(".", import.meta.url)),
		encoding: "utf8",
	});
	const failure = "true configuration_invalid notSent WebAssembly does not start (forbidden here) true\n";
	assert.equal(printed, `${failure.repeat(4)}411111******1111 true\n`);
});

test("a process ends by itself after its calls", () => {
	const script = `
		import { PayStar } from "paystar";
		import { Sandbox } from "paystar/sandbox";
		const keys = { publicKey: "p", privateKey: "s" };
		const client = new PayStar({ payouts: keys, baseUrl: "http://sandbox", fetch: new Sandbox({ payouts: keys }).fetch, timeoutMs: 3600000 });
		await client.payouts.create({ amount: 1, currency: "USD", externalTransactionId: "A" });
		console.log("done");`;
	const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
		cwd: fileURLToPath(new URL(".", import.meta.url)),
		encoding: "utf8",
		timeout: 20_000,
	});
	assert.equal(printed.trim(), "done");
});

test("a client works with `using`, and can be disposed during a call", async () => {
	const { PayStar } = entry;
	const keys = { publicKey: "p", privateKey: "s" };
	const world = new sandbox.Sandbox({ payouts: keys });
	const client = new PayStar({ payouts: keys, baseUrl: "http://sandbox", fetch: world.fetch });
	const call = client.payouts.create({ amount: 1, currency: "USD", externalTransactionId: "A" });
	client[Symbol.dispose]();
	assert.equal(client.free, undefined);
	assert.equal((await call).orderStatus, "Created");
});

test("the package contains exactly these files", () => {
	assert.deepEqual(packedFiles().sort(), [
		"CHANGELOG.md",
		"LICENSE-APACHE",
		"LICENSE-MIT",
		"README.md",
		"dist/core.wasm",
		"dist/edge.js",
		"dist/errors.cjs",
		"dist/errors.js",
		"dist/helpers.cjs",
		"dist/helpers.d.cts",
		"dist/helpers.d.ts",
		"dist/helpers.js",
		"dist/index.cjs",
		"dist/index.d.cts",
		"dist/index.d.ts",
		"dist/index.js",
		"dist/sandbox-edge.js",
		"dist/sandbox-workerd.js",
		"dist/sandbox.cjs",
		"dist/sandbox.d.cts",
		"dist/sandbox.d.ts",
		"dist/sandbox.js",
		"dist/sandbox.wasm",
		"dist/server-testing.cjs",
		"dist/server-testing.d.cts",
		"dist/server-testing.d.ts",
		"dist/server-testing.js",
		"dist/server.cjs",
		"dist/server.d.cts",
		"dist/server.d.ts",
		"dist/server.js",
		"dist/workerd.js",
		"package.json",
	]);
});

test("the package has no dependencies, no scripts and no source maps", () => {
	for (const field of ["dependencies", "peerDependencies", "optionalDependencies", "scripts"]) {
		assert.equal(manifest[field], undefined, field);
	}
	for (const file of packedFiles().filter((name) => !name.endsWith(".wasm"))) {
		assert.doesNotMatch(readFileSync(folder + file, "utf8"), /sourceMappingURL|sourceURL/, file);
	}
});

test("the package has the licences, the README and the changelog of the repository", () => {
	assert.equal(manifest.license, "MIT OR Apache-2.0");
	assert.deepEqual(manifest.publishConfig, { access: "public", provenance: true });
	for (const name of ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
		assert.equal(readFileSync(folder + name, "utf8"), readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));
	}
});
