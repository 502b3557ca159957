// `npm run docs`: writes the documentation as a site to target/docs-site. TypeDoc makes the pages of the types and the
// guides, and rustdoc makes the pages of the Rust core (folder `core`). A warning or a broken link is a failure.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { main, root, run, step } from "./lib/steps.mjs";

const source = join(root, "docs", "site");
const site = join(root, "target", "docs-site");

function documentPackage() {
	rmSync(site, { recursive: true, force: true });
	const typedoc = join(source, "node_modules", "typedoc", "bin", "typedoc");
	run(process.execPath, [typedoc, "--options", join(source, "typedoc.json"), "--out", site, "--logLevel", "Warn"], {
		cwd: source,
	});
}

function documentCore() {
	run("cargo", ["doc", "--locked", "--no-deps", "--workspace", "--exclude", "paystar-simulation"], {
		env: { RUSTDOCFLAGS: "-D warnings" },
	});
	const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
	cpSync(join(target, "doc"), join(site, "core"), { recursive: true });
}

/** Builds the site. The package must be built. */
export async function buildDocs() {
	await step("docs: package and guides", documentPackage);
	await step("docs: Rust core", documentCore);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	await main(async () => {
		await build();
		await buildDocs();
		console.log(`${join(site, "index.html")}; the Rust core: ${join(site, "core", "paystar_model", "index.html")}`);
	});
}
