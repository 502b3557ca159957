export const tool = "deno";

const OPTIONS = ["--no-prompt", "--node-modules-dir=manual", "--allow-env", "--allow-net=127.0.0.1", "--cached-only"];

export const rows = {
	Deno: (world) => world.checkProgram(world.binary("@deno", "deno"), ["run", ...OPTIONS, "main.mjs"]),
};
