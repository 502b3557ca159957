// `npm run api-report`: writes the public surface of the built package to docs/api-report.md, so that people can review it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { apiReport, reportFile } from "./lib/api-report.mjs";
import { main, root } from "./lib/steps.mjs";

await main(async () => {
	await build();
	writeFileSync(reportFile, apiReport(join(root, "pkg", "dist")));
});
