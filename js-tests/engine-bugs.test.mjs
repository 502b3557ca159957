// Bugs of JavaScript engines that end the whole process. No `catch` helps, so the package must avoid them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import binaryen from "binaryen";
import { FUNCTIONS_OF_WASM, printedBy } from "./support/processes.mjs";

/** The exported functions of a wasm file that return one reference to a JavaScript value. */
function returningOneReference(name) {
	const file = new URL(`./node_modules/paystar/dist/${name}.wasm`, import.meta.url);
	const module = binaryen.readBinary(readFileSync(file));
	const exports = Array.from({ length: module.getNumExports() }, (_, index) =>
		binaryen.getExportInfo(module.getExportByIndex(index)),
	);
	const functions = exports.filter(({ kind }) => kind === binaryen.ExternalFunction);
	assert.ok(functions.length > 10);
	const resultsOf = ({ value }) => binaryen.expandType(binaryen.getFunctionInfo(module.getFunction(value)).results);
	return functions.filter((each) => resultsOf(each)[0] === binaryen.externref).map((each) => each.name);
}

for (const name of ["core", "sandbox"]) {
	test(`no function of ${name}.wasm returns one reference, which V8 in Node 20 cannot take from dropped code`, () => {
		assert.deepEqual(returningOneReference(name), []);
	});
}

test("the headers of a request survive the loss of the optimized code of their caller", () => {
	const script = `
		${FUNCTIONS_OF_WASM}
		const { PayStar } = await import("paystar");
		new PayStar({ payouts: { publicKey: "p", privateKey: "s" } });
		const lines = new TextEncoder().encode("a\\nb");
		const call = (address) => wasm().makeHeaders(address, lines.length);
		const run = () => {
			const address = wasm().__wbindgen_malloc(lines.length, 1) >>> 0;
			new Uint8Array(wasm().memory.buffer, address, lines.length).set(lines);
			return call(address);
		};
		%PrepareFunctionForOptimization(call);
		for (let i = 0; i < 10; i++) run();
		%OptimizeFunctionOnNextCall(call);
		run();
		const { set } = Headers.prototype;
		let count = 0;
		Headers.prototype.set = function (...given) {
			%DeoptimizeFunction(call);
			count++;
			return set.apply(this, given);
		};
		run();
		console.log(count);`;
	assert.equal(printedBy(script, "--allow-natives-syntax"), 1);
});
