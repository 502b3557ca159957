import { Worker } from "./process.mjs";

/** Runs `work({ origin, server })` while the server answers on loopback. */
export async function withServer(work) {
	const server = new Worker("./server.mjs", [], "the server");
	try {
		const { port } = await server.ask("listen");
		return await work({ origin: `http://127.0.0.1:${port}`, server });
	} finally {
		await server.end();
	}
}
