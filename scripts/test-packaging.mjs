// `npm run test:packaging`: runs one small program with the packed package in every supported environment.
// `npm run test:packaging -- --only next vite` runs only these folders of js-tests/packaging.
import { createHash } from "node:crypto";
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LeftOut, openWorld } from "../js-tests/packaging/world.mjs";
import { build } from "./build.mjs";
import { nodeOfVersion } from "./lib/node-versions.mjs";
import { installTarball, npmInstall, packPackage } from "./lib/pack.mjs";
import { main, root, step, StepFailure } from "./lib/steps.mjs";

const FAILED = "FAILED";
const LONGEST_MS = 600_000;
const testsFolder = join(root, "js-tests");
const sources = join(testsFolder, "packaging");
const work = join(root, "target", "packaging");
const ENVIRONMENTS = readdirSync(sources, { withFileTypes: true })
	.filter((entry) => entry.isDirectory() && entry.name !== "shared")
	.map(({ name }) => name)
	.sort();

/** A hash of everything that decides the dependencies. They are installed again only if it changes. */
function dependenciesOf(folder) {
	const hash = createHash("sha256").update(`${process.version} ${process.platform} ${process.arch}`);
	for (const name of ["package.json", "package-lock.json"]) {
		if (existsSync(join(folder, name))) hash.update(readFileSync(join(folder, name)));
	}
	return hash.digest("hex");
}

/** Copies an environment to a folder outside of the sources, and installs the tarball there. */
function install(name, tarball) {
	const folder = join(work, name);
	const stamp = join(folder, "node_modules", ".stamp");
	const wanted = dependenciesOf(join(sources, name));
	const isInstalled = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
	mkdirSync(folder, { recursive: true });
	for (const entry of readdirSync(folder)) {
		if (entry !== "node_modules" || !isInstalled) rmSync(join(folder, entry), { recursive: true, force: true });
	}
	cpSync(join(sources, "shared"), folder, { recursive: true });
	cpSync(join(sources, name), folder, { recursive: true });
	if (!isInstalled) npmInstall(folder);
	installTarball(tarball, folder);
	// A link would be the package of the workspace, and not the tarball.
	if (!lstatSync(join(folder, "node_modules", "paystar")).isDirectory()) {
		throw new StepFailure(`The tarball is not installed in ${folder}.`);
	}
	writeFileSync(stamp, wanted);
	return folder;
}

const versionOf = (folder, tool) => {
	const manifest = createRequire(join(folder, "package.json")).resolve(`${tool}/package.json`);
	return `${tool} ${JSON.parse(readFileSync(manifest, "utf8")).version}`;
};

const secondsSince = (began) => ((Date.now() - began) / 1000).toFixed(1);

function resultOf(title, error) {
	if (error instanceof LeftOut) return `left out: ${error.message}`;
	console.error(`${title}: ${error.stack}`);
	return FAILED;
}

/** A promise with a time limit, because tools of the environments run in this process. */
async function limited(promise) {
	let timer;
	const limit = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`The time limit is ${LONGEST_MS / 1000} s.`)), LONGEST_MS);
	});
	try {
		return await Promise.race([promise, limit]);
	} finally {
		clearTimeout(timer);
	}
}

/** Runs one environment. Returns one row of the table for each check. */
async function runEnvironment(name, tarball, world) {
	const rows = [];
	const began = Date.now();
	let leave = async () => {};
	try {
		const folder = install(name, tarball);
		const entered = { ...world.enter(folder), testsFolder, nodeOfVersion };
		leave = entered.leave;
		const environment = await import(pathToFileURL(join(folder, "run.mjs")).href);
		for (const [title, reason] of Object.entries(environment.leftOut ?? {})) {
			rows.push({ environment: title, result: `left out: ${reason}` });
		}
		const version = environment.tool ? versionOf(folder, environment.tool) : await environment.version(entered);
		await limited(environment.prepare?.(entered));
		let setUp = secondsSince(began);
		for (const [title, check] of Object.entries(environment.rows)) {
			const checkBegan = Date.now();
			const result = await limited(check(entered)).then(
				() => "ok",
				(error) => resultOf(title, error),
			);
			rows.push({ environment: title, version, result, "set-up s": setUp, "check s": secondsSince(checkBegan) });
			setUp = undefined;
		}
	} catch (error) {
		rows.push({ environment: name, result: resultOf(name, error), "set-up s": secondsSince(began) });
	}
	// A failure to close does not matter, because the process ends after the table.
	await leave().catch((error) => console.error(`${name}: ${error.stack}`));
	return rows;
}

function printTable(rows) {
	const columns = ["environment", "version", "set-up s", "check s", "result"];
	const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))];
	// The last column needs no padding.
	const widths = columns.slice(0, -1).map((_, at) => Math.max(...lines.map((line) => line[at].length)));
	console.log(`\n${lines.map((line) => line.map((text, at) => text.padEnd(widths[at] ?? 0)).join("  ")).join("\n")}`);
}

function chosenEnvironments() {
	const at = process.argv.indexOf("--only");
	const chosen = at === -1 ? ENVIRONMENTS : process.argv.slice(at + 1);
	if (chosen.length === 0 || !chosen.every((name) => ENVIRONMENTS.includes(name))) {
		throw new StepFailure(`The values of --only must be some of ${ENVIRONMENTS.join(", ")}.`);
	}
	return chosen;
}

await main(async () => {
	const chosen = chosenEnvironments();
	await build();
	const tarball = packPackage();
	// The environment node-versions runs the other tests.
	if (chosen.includes("node-versions")) installTarball(tarball, testsFolder);
	// The environments talk to the sandbox and the client of the tarball.
	const load = createRequire(join(install("node", tarball), "package.json"));
	const world = await openWorld(load("paystar"), load("paystar/sandbox"));
	const rows = [];
	try {
		for (const name of chosen) {
			await step(name, async () => rows.push(...(await runEnvironment(name, tarball, world))));
		}
	} finally {
		await world.close();
	}
	printTable(rows);
	const failed = rows.filter(({ result }) => result === FAILED).length;
	if (failed > 0) throw new StepFailure(`${failed} of ${rows.length} failed. The lines above the table say why.`);
});
// Some bundlers keep the process running.
process.exit();
