// Scripts in a new process, for tests that need the first use of the package or change the platform.
import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const cwd = fileURLToPath(new URL("..", import.meta.url));

/** The JSON that a script prints. It is an ES module, and can import the package. `flags` are flags of Node. */
export function printedBy(script, ...flags) {
	const args = [...flags, "--input-type=module", "-e", script];
	return JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: "utf8" }));
}

/** Runs a script while this process goes on, for example as a server. Resolves to `{ stdout, stderr }`. */
export const runNode = (script, args = [], env = {}) =>
	promisify(execFile)(process.execPath, ["--input-type=module", "-e", script, ...args], {
		cwd,
		env: { ...process.env, ...env },
		timeout: 20_000,
	});

/** The same. Resolves to the output. */
export const runScript = async (...given) => (await runNode(...given)).stdout.trim();

/** The start of a script: `wasm()` returns the functions of the client's wasm, which the package does not export. */
export const FUNCTIONS_OF_WASM = `
	const { Instance } = WebAssembly;
	let functions;
	WebAssembly.Instance = class extends Instance {
		constructor(...given) {
			super(...given);
			if (this.exports.openClient) functions = this.exports;
		}
	};
	const wasm = () => functions;`;

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
