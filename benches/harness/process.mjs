// A process that answers one question after another, each within a time limit.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const LONGEST_TASK_MS = 120_000;

export class Worker {
	#child;
	#name;

	constructor(file, args, name) {
		this.#name = name;
		this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: [] });
	}

	get pid() {
		return this.#child.pid;
	}

	ask(task, args = {}) {
		return new Promise((resolve, reject) => {
			const settle = (settled, value) => {
				clearTimeout(timer);
				this.#child.off("message", onMessage).off("exit", onExit).off("error", onError);
				settled(value);
			};
			const onMessage = ({ value, error }) =>
				error === undefined ? settle(resolve, value) : settle(reject, new Error(`${this.#name}: ${error}`));
			const onExit = (code, signal) => settle(reject, new Error(`${this.#name} ended with ${signal ?? code}.`));
			const onError = (error) => settle(reject, error);
			const timer = setTimeout(() => {
				settle(reject, new Error(`${this.#name} did not finish "${task}" within ${LONGEST_TASK_MS} ms.`));
			}, LONGEST_TASK_MS);
			this.#child.on("message", onMessage).on("exit", onExit).on("error", onError);
			this.#child.send({ task, ...args });
		});
	}

	async end() {
		if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
		const ended = new Promise((resolve) => this.#child.once("exit", resolve));
		this.#child.kill("SIGKILL");
		await ended;
	}
}
