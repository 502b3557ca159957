// Scripts in a new process, for tests that need the first use of the package or change the platform.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The JSON that a script prints. It is an ES module, and can import the package. */
export function printedBy(script) {
	const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
		cwd: fileURLToPath(new URL("..", import.meta.url)),
		encoding: "utf8",
	});
	return JSON.parse(printed);
}

/** The start of a script: the memory of wasm grows during each call of a fast way. `grown` has the names of the calls. */
export const GROWING_MEMORY = `
	const { Instance } = WebAssembly;
	const grown = [];
	WebAssembly.Instance = class {
		constructor(...given) {
			const { exports } = new Instance(...given);
			const growing = ([name, member]) => [
				name,
				!/^(exchangeAddress|verify\\w*Plain|validatePlain|numberedIssue|plainKeys)$/.test(name)
					? member
					: (...args) => {
							const result = member(...args);
							exports.memory.grow(1);
							grown.push(name);
							return result;
						},
			];
			this.exports = Object.fromEntries(Object.entries(exports).map(growing));
		}
	};`;
