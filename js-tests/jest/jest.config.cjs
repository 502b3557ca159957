// Jest as users run it, in CommonJS: in the environment of Node and in the environment of a page (jsdom).
module.exports = {
	projects: ["node", "jsdom"].map((testEnvironment) => ({
		displayName: testEnvironment,
		rootDir: __dirname,
		testEnvironment,
		testMatch: ["<rootDir>/*.jest.cjs"],
		testEnvironmentOptions: { customExportConditions: ["node", "node-addons"] },
		transform: {},
	})),
};
