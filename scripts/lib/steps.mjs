// Runs commands, shows progress, and explains failures.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const isTerminal = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (isTerminal ? `\x1b[${code}m${text}\x1b[0m` : text);

/** A failure that is printed without a stack trace. */
export class StepFailure extends Error {}

export async function step(title, work) {
	const began = Date.now();
	console.log(paint(36, `▸ ${title}`));
	await work();
	console.log(paint(32, `✓ ${title}`) + paint(2, ` (${((Date.now() - began) / 1000).toFixed(1)} s)`));
}

/** Runs a command and shows its output. `hint` says what to do if the command fails or is missing. */
export function run(command, args, { hint, cwd = root, env = {} } = {}) {
	const { status, error, signal } = spawnSync(command, args, {
		cwd,
		stdio: "inherit",
		env: { ...process.env, ...env },
		shell: process.platform === "win32",
	});
	if (error?.code === "ENOENT") throw new StepFailure(`${command} was not found. ${hint ?? ""}`);
	if (status !== 0) {
		throw new StepFailure(`${command} ${args.join(" ")} ended with ${signal ?? status}. ${hint ?? ""}`);
	}
}

/** The output of a command, or undefined if the command is missing or fails. */
export function capture(command, args, { cwd = root, env = {} } = {}) {
	const result = spawnSync(command, args, {
		cwd,
		encoding: "utf8",
		env: { ...process.env, ...env },
		shell: process.platform === "win32",
	});
	return result.status === 0 ? result.stdout.trim() : undefined;
}

/** Runs the main function of a script. A step that fails ends the script with its message. */
export async function main(work) {
	try {
		await work();
	} catch (error) {
		console.error(paint(31, `\n✗ ${error instanceof StepFailure ? error.message : error.stack}`));
		process.exitCode = 1;
	}
}
