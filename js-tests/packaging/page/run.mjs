export const version = (world) => world.chromiumVersion();

export const rows = {
	"page, <script type=module>": async (world) => world.checkPage(await world.serve(), "index.html"),
};
