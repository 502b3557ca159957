module.exports = {
	testEnvironment: "node",
	testMatch: ["**/*.jest.*"],
	moduleFileExtensions: ["mjs", "cjs", "js"],
	transform: {},
};
