// Runs example programs as users do: in separate processes.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const LONGEST_RUN_MS = 60_000;
const path = (name) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

/** Runs a program to its end. Resolves to `{ status, stdout, stderr }`. Calls `onPrint` with each part of the output. */
export function run(name, args, env, onPrint = () => {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [path(name), ...args], {
			env: { ...process.env, ...env },
			timeout: LONGEST_RUN_MS,
		});
		let stdout = "";
		let stderr = "";
		child.stdout.on("data", (part) => {
			stdout += part;
			onPrint(part);
		});
		child.stderr.on("data", (part) => (stderr += part));
		child.on("error", reject);
		child.on("close", (status) => resolve({ status, stdout, stderr }));
	});
}

/** Starts a server for one test. Resolves to the URL that it prints, and to its output. */
export function start(t, name, env) {
	const child = spawn(process.execPath, [path(name)], { env: { ...process.env, PORT: "0", ...env } });
	t.after(() => child.kill());
	const printed = { text: "" };
	return new Promise((resolve, reject) => {
		const take = (part) => {
			printed.text += part;
			const url = /listens on (http:\S+)/.exec(printed.text)?.[1];
			if (url) resolve({ url, printed });
		};
		child.stdout.on("data", take);
		child.stderr.on("data", take);
		child.on("error", reject);
		child.on("exit", (status) => reject(new Error(`${name} ended with ${status}: ${printed.text}`)));
	});
}
