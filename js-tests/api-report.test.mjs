// The public surface does not change without a review.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { apiReport, reportFile, UPDATE } from "../scripts/lib/api-report.mjs";

const types = fileURLToPath(new URL("./node_modules/paystar/dist/", import.meta.url));

test("the public surface is the same as in the report", () => {
	const hint = `The surface changed: read CONTRIBUTING.md, "Versions", then run \`${UPDATE}\` and review its diff.`;
	assert.equal(apiReport(types), readFileSync(reportFile, "utf8"), hint);
});

test("the report has every export of these entries", async () => {
	const report = apiReport(types);
	for (const entry of ["paystar", "paystar/sandbox", "paystar/server", "paystar/server/testing"]) {
		for (const name of Object.keys(await import(entry))) {
			assert.match(report, new RegExp(`^export (class|function|const|declare const) ${name}\\b`, "m"));
		}
	}
});
