// What the map in docs/architecture.md says, and what cargo says about the crates.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

export const MAP = "docs/architecture.md";

export const slashes = (path) => path.split(sep).join("/");
export const isBelow = (file, folder) => file === folder || file.startsWith(`${folder}/`);
/** What a text has in backticks. */
export const codesOf = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code.replace(/\/$/, ""));

/** The rows of the Markdown table whose header has these columns: one object for each row. */
function readTable(text, columns) {
	const cellsOf = (line) =>
		line
			.split("|")
			.slice(1, -1)
			.map((cell) => cell.trim());
	const lines = text.split("\n");
	const start = lines.findIndex((line) => cellsOf(line).join() === columns.join());
	if (start === -1) throw new Error(`${MAP} has no table with the columns ${columns.join(", ")}. Add it.`);
	const rows = [];
	for (let at = start + 2; lines[at]?.startsWith("|"); at++) {
		rows.push(Object.fromEntries(cellsOf(lines[at]).map((cell, column) => [columns[column], cell])));
	}
	return rows;
}

/** The map in the document: its rooms by name, and where each thing may be touched. */
export function readMap(root) {
	const text = readFileSync(join(root, MAP), "utf8");
	const rooms = readTable(text, ["room", "folder", "holds", "may use"]).map((row) => ({
		name: row.room,
		folders: codesOf(row.folder),
		mayUse: row["may use"] === "nothing" ? [] : row["may use"].split(",").map((name) => name.trim()),
	}));
	const touches = readTable(text, ["what", "only in"]).map((row) => ({
		what: row.what,
		folders: codesOf(row["only in"]),
	}));
	return { rooms, touches };
}

/** The files below folders, by the ends of their names. */
export function filesBelow(root, folders, endings) {
	const isWanted = (file) => endings.some((ending) => file.endsWith(ending)) && !file.includes("node_modules/");
	return folders
		.filter((folder) => existsSync(join(root, folder)))
		.flatMap((folder) =>
			readdirSync(join(root, folder), { recursive: true }).map((name) => slashes(join(folder, name))),
		)
		.filter(isWanted)
		.sort();
}

/** What cargo says about the crates of the workspace. */
export function readCrates(root) {
	const args = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
	const { status, stdout, stderr } = spawnSync("cargo", args, { cwd: root, encoding: "utf8" });
	if (status !== 0) throw new Error(`cargo metadata failed. Correct what it says:\n${stderr}`);
	const inside = (path) => slashes(relative(realpathSync(root), path));
	return JSON.parse(stdout).packages.map(({ name, manifest_path, targets, dependencies, features }) => ({
		name,
		folder: inside(dirname(manifest_path)),
		targets: targets.map(({ src_path }) => inside(src_path)),
		dependencies: dependencies.filter(({ path }) => path !== undefined && path !== null).map((each) => each.name),
		features: Object.keys(features),
	}));
}
