// The blocks import this file as "paystar/sandbox". It is the packed sandbox, but it listens on a free port, and its
// servers close at the end of the block.
import { Sandbox as PackedSandbox } from "packed/sandbox";

const servers = [];

export class Sandbox extends PackedSandbox {
	async listen() {
		const server = await super.listen();
		servers.push(server);
		return server;
	}
}

export const closeServers = () => Promise.all(servers.map((server) => server.close()));
