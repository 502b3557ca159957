export default {
	// docs/panel-proxy.md says why.
	skipTrailingSlashRedirect: true,
	distDir: process.env.NEXT_DIST_DIR,
	turbopack: { root: import.meta.dirname },
	outputFileTracingRoot: import.meta.dirname,
};
