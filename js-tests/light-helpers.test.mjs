// paystar/helpers needs no wasm. It has the same error classes as the package, and its helpers have the same results.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as core from "paystar";
import * as light from "paystar/helpers";
import { runScript } from "./support/processes.mjs";

const HELPERS = ["isFinalStatus", "isLuhnValid", "maskCardNumber"];
const PARTS = ["4", "1", "9", "0", " ", "-", "*", "x", "é", "💳", "\n", "٤", "４", "\u00a0"];

/** The same numbers on every run. */
function* numbers(seed) {
	for (let state = seed; ;) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		yield state;
	}
}

/** The result of a call, or the members of its error. */
function resultOf(call) {
	try {
		return call();
	} catch (error) {
		const { name, message, code, outcome, retryable, advice, issues } = error;
		return { name, message, code, outcome, retryable, advice, issues };
	}
}

test("the helpers return the same as the helpers of the core, for 20 000 texts", () => {
	const random = numbers(7);
	const next = (below) => random.next().value % below;
	const words = ["Success", "Failed", "success", "Init", "", " Success", "Processing", "toString", "__proto__"];
	for (let i = 0; i < 20_000; i++) {
		const length = next(24);
		const digits = Array.from({ length }, () => (next(10) > 0 ? String(next(10)) : PARTS[next(PARTS.length)])).join("");
		const text = i < words.length ? words[i] : digits;
		for (const name of HELPERS)
			assert.deepEqual(light[name](text), core[name](text), `${name}(${JSON.stringify(text)})`);
	}
});

test("the helpers refuse other values with the same errors as the core", () => {
	for (const value of [undefined, null, 1, NaN, true, [], {}, () => {}, Symbol("x"), 1n]) {
		for (const name of HELPERS) {
			assert.deepEqual(
				resultOf(() => light[name](value)),
				resultOf(() => core[name](value)),
				`${name}(${String(value)})`,
			);
		}
	}
});

test("the error classes are the classes of the package, in ES modules and CommonJS", () => {
	const require = createRequire(import.meta.url);
	for (const [whole, part] of [
		[core, light],
		[require("paystar"), require("paystar/helpers")],
	]) {
		const classes = Object.keys(whole).filter((name) => name.endsWith("Error"));
		assert.deepEqual(Object.keys(part).sort(), [...classes, ...HELPERS].sort());
		for (const name of classes) assert.equal(part[name], whole[name], name);
		assert.throws(() => new whole.PayStar({}), part.ConfigurationError);
	}
});

test("the entry starts no wasm, and works without WebAssembly", async () => {
	const script = `
		delete globalThis.WebAssembly;
		const { isFinalStatus, maskCardNumber } = await import("paystar/helpers");
		console.log(isFinalStatus("Success"), maskCardNumber("4111 1111 1111 1111"));`;
	assert.equal(await runScript(script), "true 411111******1111");
});
