// The cores of processes, with Linux's `taskset`. On other systems, and on a machine with one core, nothing changes.
import { spawnSync } from "node:child_process";

function taskset(...args) {
	const { status, stdout } = spawnSync("taskset", args, { encoding: "utf8" });
	return status === 0 ? stdout : undefined;
}

/** The numbers of the cores of this process: `0-2,5` is 0, 1, 2 and 5. */
function ownCores() {
	const list = taskset("-pc", String(process.pid))?.split(":").at(-1).trim() ?? "";
	return list.split(",").flatMap((range) => {
		const [first, last = first] = range.split("-").map(Number);
		return Array.from({ length: last - first + 1 }, (_, index) => first + index);
	});
}

/** All threads of a process, and the processes that it starts later. */
const pin = (pid, cores) => taskset("-apc", cores.join(","), String(pid));

/**
 * Runs `work` while a process has a core for itself. The processes that `work` starts have the other cores. Without this,
 * a client and its server together often use no more than one core. Then the rate contains the cost of the server.
 */
export async function withCoreFor(pid, work) {
	const cores = ownCores();
	if (cores.length < 2) return work();
	pin(pid, cores.slice(0, 1));
	pin(process.pid, cores.slice(1));
	try {
		return await work();
	} finally {
		pin(process.pid, cores);
	}
}
