export default {
	distDir: process.env.NEXT_DIST_DIR,
	turbopack: { root: import.meta.dirname },
	outputFileTracingRoot: import.meta.dirname,
};
