// A proxy that opens tunnels, and passes plain requests on.
import { connect, createServer } from "node:net";
import { listening } from "./http.mjs";

/** `asked` has the host of each tunnel and of each plain request. */
export async function serveProxy(t) {
	const asked = [];
	const sockets = new Set();
	const server = createServer((client) => {
		sockets.add(client.on("error", () => {}));
		client.once("data", (head) => {
			const [, method, address] = /^(\S+) (?:http:\/\/)?([^/ ]+)/.exec(head);
			const [, host, port] = /^(.+):(\d+)$/.exec(address);
			asked.push(address);
			const target = connect(Number(port), host, () => {
				if (method === "CONNECT") client.write("HTTP/1.1 200 Connection established\r\n\r\n");
				else target.write(head);
				client.pipe(target).pipe(client);
			});
			sockets.add(target.on("error", () => client.destroy()));
		});
	});
	const url = await listening(server);
	t.after(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	return { url, asked };
}
