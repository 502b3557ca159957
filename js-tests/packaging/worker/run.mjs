export const version = (world) => world.chromiumVersion();

export const rows = {
	"Web Worker": async (world) => world.checkPage(await world.serve(), "index.html"),
};
