// `npm run format`: formats Rust and JavaScript, and applies the fixes of ESLint.
import { main, run } from "./lib/steps.mjs";
import { ensureTools } from "./lib/tools.mjs";

await main(async () => {
	const env = await ensureTools();
	run("cargo", ["fmt", "--all"]);
	run("prettier", ["--write", "--log-level", "warn", "."], { env });
	run("eslint", ["--fix"], { env });
});
