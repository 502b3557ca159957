export const tool = "next";

const next = (...args) => ["node_modules/next/dist/bin/next", ...args];
const envOf = (bundler) => ({ NEXT_TELEMETRY_DISABLED: "1", NEXT_DIST_DIR: `.next-${bundler}` });

async function rowsOf(world, bundler) {
	const env = envOf(bundler);
	await world.runNode(next("build", `--${bundler}`), env);
	const origin = await world.startNode(next("start", "--hostname", "127.0.0.1", "--port", "0"), env, /Local: +(\S+)/);
	await world.checkAnswer(`${origin}/node`);
	await world.checkAnswer(`${origin}/edge`);
	await world.checkPage(origin, "");
}

export const rows = {
	"Next.js, Turbopack: node, edge, client": (world) => rowsOf(world, "turbopack"),
	"Next.js, webpack: node, edge, client": (world) => rowsOf(world, "webpack"),
};
