// What blocks get for "paystar/sandbox": the packed sandbox, on a port that is free. Servers end with the block.
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
