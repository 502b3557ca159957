// Checks that the source keeps to the map in docs/architecture.md. A room is a row of the map: one or more folders, and
// the rooms that they may use. Each problem is a text that says what is wrong and what to do next.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { findCycles } from "./cycles.mjs";
import { importsOf, withoutComments as withoutJsComments } from "./js-imports.mjs";
import { codesOf, filesBelow, isBelow, MAP, readCrates, readMap, slashes } from "./map.mjs";
import { isTestFile, readModules, usesOf } from "./rust-modules.mjs";
import { lineCount, withoutComments, withoutTests } from "./rust-source.mjs";
import { checkSharedCodes } from "./shared-codes.mjs";

/** Folders with source that has rooms. */
const SOURCES = ["src", "crates", "pkg/entries"];
/** Folders with source that has no rooms, but must be short. */
const OTHER_SOURCES = ["scripts", "benches"];
const LONGEST = 400;
const LONGEST_TEST = 800;
/** The cargo features that a crate may have. They add types, and choose nothing else. */
const FEATURES = ["typescript"];

const PATH_IN_DOCUMENT = /^(?:src|crates|pkg\/entries|scripts|js-tests|docs|benches|examples)\/[\w./-]*$/;

/** What only some rooms may touch. The names are those of the second table in the map. */
const TOUCHES = {
	"`fetch(`": /(?<!\bget\s)(?<![\w.#$])fetch\s*\(|\bglobalThis\.fetch\b/,
	"`node:http`": /["'`]node:https?["'`]/,
	"`setTimeout`, `setInterval`": /\bset(?:Timeout|Interval|Immediate)\b/,
};

const says = ({ name, mayUse }) =>
	`${MAP} says that the room "${name}" may use ${mayUse.length > 0 ? mayUse.join(", ") : "nothing"}.`;

/** The checks. `root` is the folder of the workspace. */
class Check {
	problems = [];
	warnings = [];

	constructor(root) {
		this.root = realpathSync(root);
		Object.assign(this, readMap(root));
		this.crates = existsSync(join(root, "Cargo.toml")) ? readCrates(root) : [];
		this.rust = filesBelow(root, SOURCES, [".rs"]);
		this.js = filesBelow(root, SOURCES, [".js", ".mjs"]);
	}

	read(file) {
		return readFileSync(join(this.root, file), "utf8");
	}

	inside(path) {
		return slashes(relative(this.root, path));
	}

	/** The room of a file: the row with the longest folder above it. */
	roomOf(file) {
		const fits = ({ folders }) => Math.max(...folders.map((folder) => (isBelow(file, folder) ? folder.length : 0)));
		const room = this.rooms.reduce((best, room) => (fits(room) > fits(best) ? room : best));
		return fits(room) > 0 ? room : undefined;
	}

	/** The crate of a file: the crate with the longest folder above it. */
	crateOf(file) {
		const above = this.crates.filter(({ folder }) => folder === "" || isBelow(file, folder));
		return above.sort((a, b) => b.folder.length - a.folder.length)[0];
	}

	/** The rooms of the Rust files of a crate. */
	roomsOf(crate) {
		const rooms = this.rust.filter((file) => this.crateOf(file) === crate).map((file) => this.roomOf(file));
		return [...new Set(rooms)].filter(Boolean);
	}

	checkMap() {
		const names = this.rooms.map(({ name }) => name);
		for (const { name, mayUse } of this.rooms) {
			for (const other of mayUse.filter((other) => !names.includes(other))) {
				this.problems.push(`${MAP}: "${name}" may use "${other}", but no room has this name. Correct the table.`);
			}
		}
		for (const { cycle } of findCycles(new Map(this.rooms.map(({ name, mayUse }) => [name, mayUse])))) {
			this.problems.push(`${MAP}: the table allows a cycle: ${cycle.join(" -> ")}. Remove one of these arrows.`);
		}
		for (const file of [...this.rust, ...this.js].filter((file) => !this.roomOf(file) && !isTestFile(file))) {
			this.problems.push(`${file} is in no room. Add its folder to the table in ${MAP}.`);
		}
	}

	checkCrates() {
		for (const crate of this.crates) {
			const rooms = this.roomsOf(crate);
			if (rooms.length === 0) {
				this.problems.push(`The crate ${crate.name} has no room. Add its folder to the table in ${MAP}.`);
				continue;
			}
			const allowed = [
				...rooms,
				...rooms.flatMap(({ mayUse }) => this.rooms.filter(({ name }) => mayUse.includes(name))),
			];
			for (const name of crate.dependencies) {
				const other = this.crates.find((each) => each.name === name);
				if (other && this.roomsOf(other).some((room) => allowed.includes(room))) continue;
				this.problems.push(
					`The crate ${crate.name} depends on ${name}. ${rooms.map(says).join(" ")} Move the code that needs it, or add the arrow to the table.`,
				);
			}
			for (const feature of crate.features.filter((feature) => !FEATURES.includes(feature))) {
				this.problems.push(
					`The crate ${crate.name} has the cargo feature ${feature}. A feature must not choose what a crate does: make a new crate instead.`,
				);
			}
			for (const target of crate.targets.filter((target) => this.crateOf(target) !== crate)) {
				this.problems.push(
					`The crate ${crate.name} compiles ${target}, which is outside of its folder. Move the file, or depend on its crate.`,
				);
			}
		}
	}

	/** An import from a file to a file of another room. */
	#checkArrow(from, to, text) {
		const [room, other] = [this.roomOf(from), this.roomOf(to)];
		if (!room || !other || room === other || room.mayUse.includes(other.name)) return;
		this.problems.push(
			`${from} uses ${text}, which is in the room "${other.name}". ${says(room)} Move the code, or add the arrow to the table.`,
		);
	}

	#checkUses(uses, kind) {
		const graph = new Map([...uses].map(([file, used]) => [file, [...used.keys()]]));
		for (const [file, used] of uses) {
			for (const [other, text] of used) this.#checkArrow(this.inside(file), this.inside(other), text);
		}
		for (const { group, cycle } of findCycles(graph)) {
			const arrows = cycle
				.slice(0, -1)
				.map(
					(file, at) =>
						`  ${this.inside(file)} uses ${uses.get(file).get(cycle[at + 1])} in ${this.inside(cycle[at + 1])}`,
				);
			const more = group.length - arrows.length;
			const others = more > 0 ? `\n  ${more} more of them are in cycles with these files.` : "";
			this.problems.push(
				`These ${kind} use each other. Move what they share to a file that all of them may use.\n${arrows.join("\n")}${others}`,
			);
		}
	}

	checkModules() {
		const roots = new Map(this.crates.map((crate) => [crate.name.replaceAll("-", "_"), crate]));
		const owners = new Map();
		for (const crate of this.crates) {
			for (const modules of crate.targets.map((target) => readModules(join(this.root, target)))) {
				this.#checkUses(usesOf(modules), "Rust files");
				for (const module of modules) {
					const used = module.paths.map(([first]) => first).filter((name) => roots.has(name));
					for (const name of new Set(used)) {
						this.#checkArrow(this.inside(module.file), `${roots.get(name).folder}/src`, `the crate ${name}`);
					}
					this.#checkOwner(owners, realpathSync(module.file), crate);
				}
			}
		}
	}

	#checkOwner(owners, file, crate) {
		const owner = owners.get(file) ?? crate;
		owners.set(file, owner);
		if (owner === crate) return;
		this.problems.push(
			`${this.inside(file)} is compiled into two crates, ${owner.name} and ${crate.name}. Keep it in one crate, and let the other crate depend on it.`,
		);
	}

	checkRustText() {
		for (const file of this.rust) {
			const code = withoutComments(this.read(file));
			if (/#!?\[[^\]]*\bpath\s*=/.test(code) || /\binclude!\s*\(/.test(code)) {
				this.problems.push(
					`${file} has #[path] or include!. They hide where source is compiled: put the module into its usual file.`,
				);
			}
			for (const [, path] of isTestFile(file) ? [] : withoutTests(code).matchAll(/\binclude_\w+!\s*\(\s*"([^"]+)"/g)) {
				const included = this.inside(join(this.root, dirname(file), path));
				if (this.crateOf(included) === this.crateOf(file)) continue;
				this.problems.push(`${file} includes ${included}, which is in another crate. Move the file, or use its crate.`);
			}
			const features = code.replaceAll(/cfg_attr\(\s*feature = "typescript"/g, "");
			if (/\bfeature\s*=\s*"/.test(features)) {
				this.problems.push(
					`${file} asks for a cargo feature. Only cfg_attr(feature = "typescript", …) is allowed: make a new crate for code that is not always needed.`,
				);
			}
		}
	}

	async checkJs() {
		const paths = this.js.map((file) => join(this.root, file));
		this.#checkUses(await importsOf(this.root, paths), "JavaScript files");
		const sources = await Promise.all(this.js.map(async (file) => [file, await withoutJsComments(this.read(file))]));
		const whats = this.touches.map(({ what }) => what);
		if (whats.sort().join() !== Object.keys(TOUCHES).sort().join()) {
			this.problems.push(
				`${MAP} and TOUCHES in scripts/lib/layers.mjs do not name the same things that only some folders may touch. Correct one of them.`,
			);
		}
		for (const { what, folders } of this.touches.filter(({ what }) => TOUCHES[what])) {
			const elsewhere = sources.filter(([file]) => !folders.some((folder) => isBelow(file, folder)));
			for (const [file] of elsewhere.filter(([, code]) => TOUCHES[what].test(code))) {
				this.problems.push(`${file} touches ${what}. Only ${folders.join(" and ")} may do that: move the code there.`);
			}
		}
	}

	checkCodes() {
		const files = [...this.rust, ...this.js];
		const byCrate = this.crates.map((crate) => files.filter((file) => this.crateOf(file) === crate));
		this.problems.push(...checkSharedCodes(this.root, byCrate));
	}

	checkDocuments() {
		for (const document of filesBelow(this.root, ["docs/development"], [".md"]).concat(MAP, "CONTRIBUTING.md")) {
			if (!existsSync(join(this.root, document))) continue;
			for (const path of pathsIn(this.read(document)).filter((path) => !existsSync(join(this.root, path)))) {
				this.problems.push(`${document} names ${path}, which does not exist. Correct the document.`);
			}
		}
	}

	checkLengths() {
		const files = filesBelow(this.root, [...SOURCES, ...OTHER_SOURCES], [".rs", ".js", ".mjs", ".ts"]);
		for (const file of files.filter((file) => !isTestFile(file))) {
			const lines = file.endsWith(".rs") ? lineCount(this.read(file)) : lineCountOfText(this.read(file));
			if (lines <= LONGEST) continue;
			this.problems.push(
				`${file} has ${lines} lines without its tests. The limit is ${LONGEST}: move a part of it to a new file.`,
			);
		}
		const tests = filesBelow(this.root, ["js-tests"], [".mjs", ".mts"]).concat(files.filter(isTestFile));
		for (const file of tests) {
			const lines = lineCountOfText(this.read(file));
			if (lines > LONGEST_TEST)
				this.warnings.push(`${file} has ${lines} lines. More than ${LONGEST_TEST} are hard to read.`);
		}
	}
}

/** The paths of this repository that a document names. */
const pathsIn = (text) => codesOf(text.replace(/```[\s\S]*?```/g, "")).filter((code) => PATH_IN_DOCUMENT.test(code));

const lineCountOfText = (text) => text.trimEnd().split("\n").length;

/** All that is wrong with the source in `root`, and what is only worth a look. */
export async function checkLayers(root) {
	const check = new Check(root);
	check.checkMap();
	check.checkCrates();
	check.checkModules();
	check.checkRustText();
	await check.checkJs();
	check.checkCodes();
	check.checkDocuments();
	check.checkLengths();
	return { problems: check.problems, warnings: check.warnings };
}
