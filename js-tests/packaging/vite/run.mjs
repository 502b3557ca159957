import { build, createServer, preview } from "vite";

export const tool = "vite";

const options = (folder) => ({ root: folder, configFile: false, logLevel: "warn" });
const onLoopback = { host: "127.0.0.1", port: 0 };
const addressOf = (server) => `http://127.0.0.1:${server.httpServer.address().port}`;

export const rows = {
	"Vite, dev server": async (world) => {
		const server = await createServer({ ...options(world.folder), server: onLoopback });
		world.after(() => server.close());
		await server.listen();
		await world.checkPage(addressOf(server), "index.html");
	},
	"Vite, build": async (world) => {
		await build(options(world.folder));
		const server = await preview({ ...options(world.folder), preview: onLoopback });
		world.after(() => server.close());
		await world.checkPage(addressOf(server), "index.html");
	},
};
