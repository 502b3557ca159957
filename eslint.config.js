import js from "@eslint/js";
import globals from "globals";

export default [
	{
		ignores: [
			"target/",
			"pkg/wasm/",
			"pkg/dist/",
			"examples/typescript/dist/",
			"**/node_modules/",
			"**/*.ts",
			"**/*.mts",
			"**/*.cts",
		],
	},
	js.configs.recommended,
	{
		languageOptions: { ecmaVersion: 2023, globals: globals.node },
		rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error" },
	},
	// What runs in browsers too.
	{
		files: ["pkg/**", "src/**", "crates/**", "examples/browser/page.js", "js-tests/packaging/**"],
		languageOptions: { globals: { ...globals.browser, ...globals.worker } },
	},
	// scripts/build.mjs replaces it by the version of the package.
	{
		files: ["src/transport/response_body.js"],
		languageOptions: { globals: { PAYSTAR_VERSION: "readonly" } },
	},
	{
		files: ["js-tests/packaging/jest/**", "js-tests/jest/**"],
		languageOptions: { globals: globals.jest },
	},
];
