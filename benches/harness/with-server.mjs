import { withCoreFor } from "./cores.mjs";
import { Worker } from "./process.mjs";

/**
 * Runs `work({ origin, server })` while the server answers on loopback. With `hasOwnCore`, the server runs on one core, and
 * the contestants on the others.
 */
export async function withServer(work, { hasOwnCore = false } = {}) {
	const server = new Worker("./server.mjs", [], "the server");
	try {
		const { port } = await server.ask("listen");
		const run = () => work({ origin: `http://127.0.0.1:${port}`, server });
		return await (hasOwnCore ? withCoreFor(server.pid, run) : run());
	} finally {
		await server.end();
	}
}
