// `npm run release`: checks, builds, tests and packs a release, and says what to do by hand after it. It publishes nothing
// and changes nothing. `-- --without-tests` only shows the package.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { packPackage } from "./lib/pack.mjs";
import { obstacles } from "./lib/release.mjs";
import { capture, main, root, run, step, StepFailure } from "./lib/steps.mjs";

const read = (name) => readFileSync(join(root, name), "utf8");
const status = () => capture("git", ["status", "--porcelain"]) ?? "no git repository";

function check() {
	const { version } = JSON.parse(read("pkg/package.json"));
	const found = obstacles({
		version,
		lockVersion: JSON.parse(read("package-lock.json")).packages.pkg.version,
		changelog: read("CHANGELOG.md"),
		status: status(),
		tags: (capture("git", ["tag", "--list"]) ?? "").split("\n"),
	});
	if (found.length > 0) throw new StepFailure(`This version cannot be released yet.\n${found.join("\n")}`);
	return version;
}

function showPackage() {
	const [{ files, size, unpackedSize }] = JSON.parse(capture("npm", ["pack", "./pkg", "--dry-run", "--json"]));
	const kibibytes = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
	for (const file of files) console.log(`${kibibytes(file.size).padStart(12)}  ${file.path}`);
	console.log(`${files.length} files, ${kibibytes(unpackedSize)}; the tarball has ${kibibytes(size)}.`);
}

await main(async () => {
	let version;
	await step("tree, version, changelog", () => (version = check()));
	const isTested = !process.argv.includes("--without-tests");
	if (isTested) {
		for (const script of ["test", "test:packaging", "test:memory"]) run("npm", ["run", script]);
	}
	await build();
	const tarball = packPackage();
	showPackage();
	if (status() !== "") throw new StepFailure(`Building or testing changed the tree:\n${status()}`);
	if (!isTested) throw new StepFailure("Do not release this: it was not tested.");
	console.log(`
${tarball} is ready. By hand:

1. Look at the list of files above, and at the changes of docs/api-report.md since the last tag.
2. git tag --sign v${version} && git push origin v${version}
3. In a CI job for that tag, with the permission id-token: write, because npm creates the provenance there:
   npm publish ${tarball} --provenance --access public
4. npm view paystar@${version} dist.attestations
`);
});
