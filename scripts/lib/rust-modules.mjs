// Which file of a crate uses which other file. A file uses another file if it names a module or an item of that file:
// `crate::a::B`, `super::a`, `self::a::B`, `a::B`. Declarations such as `mod a;` do not count, and tests do not count.
// An item that a file re-exports belongs to that file.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { blankRange, closing, withoutTests, withoutTexts } from "./rust-source.mjs";

const PATH = /(?<![\w:])[A-Za-z_]\w*(?:\s*::\s*[A-Za-z_]\w*)+/g;
const segmentsOf = (path) => path.split("::").map((segment) => segment.trim());

/** The parts of a text between its outer commas. */
function splitAtCommas(text) {
	const parts = [""];
	let depth = 0;
	for (const character of text) {
		if (character === "{") depth++;
		if (character === "}") depth--;
		if (character === "," && depth === 0) parts.push("");
		else parts[parts.length - 1] += character;
	}
	return parts.map((part) => part.trim()).filter(Boolean);
}

/** The imports of a `use`: `a::{self, b as c}` has the paths `a` and `a::b`, with the names `a` and `c`. */
function importsOf(tree, prefix = []) {
	return splitAtCommas(tree).flatMap((part) => {
		const [, group, inside] = /^([^{]*)\{([\s\S]*)\}$/.exec(part) ?? [];
		if (group !== undefined) return importsOf(inside, [...prefix, ...segmentsOf(group).filter(Boolean)]);
		const [path, alias] = part.split(/\sas\s/);
		const segments = [...prefix, ...segmentsOf(path)];
		if (segments.length > 1 && ["self", "*"].includes(segments.at(-1))) segments.pop();
		return [{ path: segments, name: alias?.trim() ?? segments.at(-1) }];
	});
}

/** A module: its file, its code without the code of modules inside it, its imports and the modules below it. */
class Module {
	children = new Map();
	imports = [];
	code = "";

	constructor(file, folder, parent) {
		Object.assign(this, { file, folder, parent });
	}

	get root() {
		return this.parent?.root ?? this;
	}

	get all() {
		return [this, ...[...this.children.values()].flatMap((child) => child.all)];
	}

	/** Reads the code of this module. */
	read(source) {
		let code = source.replace(/\bpub\s*\([^)]*\)/g, "pub");
		for (let found; (found = /\bmod\s+(\w+)\s*\{/.exec(code));) {
			const [head, name] = found;
			const open = found.index + head.length;
			const end = closing(code, open - 1);
			this.#add(name, new Module(this.file, join(this.folder, name), this), code.slice(open, end));
			code = blankRange(code, found.index, end + 1);
		}
		for (const [, name] of code.matchAll(/\bmod\s+(\w+)\s*;/g)) this.#addFile(name);
		this.code = code.replace(/\buse\s([^;]+);/g, (_, tree) => {
			this.imports.push(...importsOf(tree));
			return "";
		});
		return this;
	}

	#add(name, module, code) {
		this.children.set(name, module.read(code));
	}

	#addFile(name) {
		const file = [join(this.folder, `${name}.rs`), join(this.folder, name, "mod.rs")].find(existsSync);
		if (file) this.#add(name, new Module(file, join(this.folder, name), this), readCode(file));
	}

	/** The module that a path names, or that has the item which the path names. `isWhole`: it names the module. */
	resolve([first, ...rest], skipped) {
		let at;
		if (first === "crate") at = this.root;
		else if (first === "self") at = this;
		else if (first === "super") at = this.parent;
		else at = this.children.get(first) ?? this.#imported(first, skipped);
		while (at && rest[0] === "super") {
			at = at.parent;
			rest.shift();
		}
		while (at?.children.has(rest[0])) at = at.children.get(rest.shift());
		return at && { module: at, isWhole: rest.length === 0 };
	}

	#imported(name, skipped) {
		const found = this.imports.find((each) => each.name === name && each !== skipped && each.path[0] !== name);
		const target = found && this.resolve(found.path, found);
		return target?.isWhole ? target.module : undefined;
	}

	/** All paths of this module. */
	get paths() {
		return [
			...this.imports.map(({ path }) => path),
			...[...this.code.matchAll(PATH)].map(([path]) => segmentsOf(path)),
		];
	}
}

/** The code of a file that counts. */
const readCode = (file) => withoutTexts(withoutTests(readFileSync(file, "utf8")));

/** The modules of a target of cargo: the first one is the root, which is in `file`. */
export const readModules = (file) => new Module(file, dirname(file)).read(readCode(file)).all;

const hasType = (code, type) => new RegExp(`\\b(?:struct|enum|union)\\s+${type}\\b`).test(code);
const namesOfFunctions = (code) => [...code.matchAll(/\bfn\s+(\w+)/g)].map(([, name]) => name);
const withoutGenerics = (header) => header.replace(/^\s*<(?:[^<>]|<[^<>]*>)*>/, "").trim();

/**
 * Methods that a file adds to a type of another file, without a trait. A caller does not name the file. So `call` finds
 * the callers by the type and the name. The name alone is enough if no other file has a function of this name.
 */
function addedMethods(modules) {
	const filesByName = new Map();
	for (const { file, code } of modules) {
		for (const name of namesOfFunctions(code)) filesByName.set(name, (filesByName.get(name) ?? new Set()).add(file));
	}
	const isIn = (type, file) => modules.some((module) => module.file === file && hasType(module.code, type));
	return modules.flatMap(({ file, code }) =>
		[...code.matchAll(/^[ \t]*(?:unsafe )?impl\b([^{;]*)\{/gm)].flatMap(({ 0: head, 1: header, index }) => {
			const type = /^(?:\w+::)*(\w+)/.exec(withoutGenerics(header))?.[1];
			if (/\bfor\b/.test(header) || isIn(type, file)) return [];
			const open = index + head.length - 1;
			return namesOfFunctions(code.slice(open, closing(code, open))).map((name) => {
				const byName = filesByName.get(name).size === 1 ? `|\\bSelf::${name}\\b|\\.\\s*${name}\\s*\\(` : "";
				return { file, text: `${type}::${name}`, call: new RegExp(`\\b${type}::${name}\\b${byName}`) };
			});
		}),
	);
}

/** From each file to the files that it uses, each with the text that uses it. */
export function usesOf(modules) {
	const uses = new Map(modules.map(({ file }) => [file, new Map()]));
	const add = (from, to, text) => {
		if (from !== to && !uses.get(from).has(to)) uses.get(from).set(to, text);
	};
	const methods = addedMethods(modules);
	for (const module of modules) {
		for (const path of module.paths) {
			const target = module.resolve([...path]);
			if (target) add(module.file, target.module.file, path.join("::"));
		}
		for (const { file, text } of methods.filter(({ call }) => call.test(module.code))) add(module.file, file, text);
	}
	return uses;
}

/** Whether a file is compiled only for tests, by its name. */
export const isTestFile = (file) => /[\\/]tests[\\/]/.test(file) || basename(file) === "tests.rs";
