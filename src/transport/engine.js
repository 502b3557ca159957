// Chooses how Node sends a request: over Node's own dispatcher, or over what a mock, a proxy or a monitoring tool put in
// its place. The choice is made for each request, because tools are often installed after this package.
import { DispatcherTransport, makePool } from "./dispatcher.js";
import { FetchTransport } from "./fetch.js";
import { isPlatformsFetch } from "./platform_fetch.js";
import { NodeTransport } from "./node.js";

const SYMBOLS = [Symbol.for("undici.globalDispatcher.2"), Symbol.for("undici.globalDispatcher.1")];
/** The versions of undici inside Node whose handlers are known. */
const KNOWN = /^[678]\./;

const builtin = (name) => globalThis.process.getBuiltinModule(name);
const { toString } = Function.prototype;

/** The members of `node:http` and `node:https` that tools replace, each with a part of its source in Node. */
const HTTP = [
	["node:http", "request", "return new ClientRequest("],
	["node:http", "get", "= request(url,"],
	["node:http", "ClientRequest", "OutgoingMessage.call("],
	["node:http", "Agent", "this instanceof Agent"],
	["node:https", "request", "ArrayPrototypeShift("],
	["node:https", "get", "= request(input,"],
	["node:https", "Agent", "FunctionPrototypeCall(HttpAgent,"],
];
const AGENT_METHODS = [
	["addRequest", "// Legacy API: addRequest("],
	["createSocket", "normalizeServerName("],
];

/** Whether a function is Node's own. Its source is compared, because a tool may have replaced it before this import. */
function hasSource(value, name, part) {
	if (typeof value !== "function") return false;
	const text = Reflect.apply(toString, value, []);
	return text.startsWith(`function ${name}(`) && text.includes(part);
}

/** Remembers the result of `check` for the same values. */
function remember(check) {
	let last;
	let result;
	return (values) => {
		if (last === undefined || values.some((value, index) => value !== last[index])) {
			result = check(values);
			last = values;
		}
		return result;
	};
}

let modules;

/** The functions of `node:http` and `node:https` at this moment. */
function httpFunctions() {
	modules ??= HTTP.map(([module]) => builtin(module));
	const functions = modules.map((module, index) => module[HTTP[index][1]]);
	const { prototype } = modules[0].Agent ?? {};
	for (const [name] of AGENT_METHODS) functions.push(prototype?.[name]);
	return functions;
}

const isHttpNodesOwn = remember((functions) =>
	[...HTTP.map(([, name, part]) => [name, part]), ...AGENT_METHODS].every(([name, part], index) =>
		hasSource(functions[index], name, part),
	),
);

const isFetchNodesOwn = remember(([fetch]) => isPlatformsFetch(fetch));

/** Whether an agent is of Node's own class. Node's code is not in a file, and the stack of an error says so. */
function isMadeByNode(dispatcher) {
	try {
		const Class = dispatcher.constructor;
		return Object.getPrototypeOf(dispatcher) === Class.prototype && isFromNode(Class);
	} catch {
		return false;
	}
}

function isFromNode(Class) {
	try {
		new Class({ factory: "refused" });
	} catch (error) {
		const [first, second] = String(error.stack).split("\n    at ").slice(1);
		return first?.startsWith("new Agent (node:internal/deps/undici/undici:") && !second?.startsWith("new ");
	}
	return false;
}

/**
 * Whether a dispatcher is a plain agent: Node's own, or the agent that exists because somebody imported undici from npm.
 * Such an agent has no options.
 */
function isWithoutOptions(dispatcher) {
	try {
		const Class = dispatcher.constructor;
		const isPlain =
			Class.name === "Agent" &&
			Object.getPrototypeOf(Class).name === "DispatcherBase" &&
			!builtin("node:util").types.isProxy(dispatcher) &&
			!Object.hasOwn(dispatcher, "dispatch");
		const key = Object.getOwnPropertySymbols(dispatcher).find(({ description }) => description === "options");
		const { interceptors, maxOrigins = Infinity, ...options } = dispatcher[key];
		const hasNone = Object.values(options).every((value) => value === undefined);
		return isPlain && hasNone && maxOrigins === Infinity && !Object.values(interceptors ?? {}).flat().length;
	} catch {
		return false;
	}
}

/** What the global dispatchers mean: `pool` of Node's own engine, `given` by the user, or neither if that is not known. */
const choice = remember(([second, first]) => {
	const all = [second, first].filter((each) => each !== undefined);
	// Newer versions of undici set both. The first one is then an adapter of the second one.
	const isAdapter = (each) => each === first && second !== undefined && each.constructor?.name === "Dispatcher1Wrapper";
	// An agent of Node's own class with options is also the user's.
	const given = all.find((each) => !isWithoutOptions(each) && !isAdapter(each));
	if (given !== undefined) return { given: new DispatcherTransport(given, false) };
	const own = all.find(isMadeByNode);
	return { pool: own === undefined ? undefined : poolOf(own.constructor) };
});

let pool;

function poolOf(Agent) {
	if (!KNOWN.test(globalThis.process.versions.undici ?? "")) return undefined;
	try {
		pool ??= new DispatcherTransport(makePool(Agent), true);
		return pool;
	} catch {
		return undefined;
	}
}

function globalDispatchers() {
	const read = () => SYMBOLS.map((symbol) => globalThis[symbol]);
	const found = read();
	if (found.some((each) => each !== undefined)) return found;
	// Node loads its engine when somebody reads this global.
	void globalThis.Headers;
	return read();
}

let hasSaidWhy = false;

function sayOnce(text) {
	if (hasSaidWhy) return;
	hasSaidWhy = true;
	builtin("node:util").debuglog("paystar")(text);
}

/** The transport of Node for clients without `agent`, `dispatcher` and `fetch`. */
export class NodeEngine {
	#http = new NodeTransport();
	#fetch = new FetchTransport();

	exchange(message, limitMs, stop, instance) {
		return this.#transport().exchange(message, limitMs, stop, instance);
	}

	#transport() {
		if (!isHttpNodesOwn(httpFunctions())) return this.#http;
		const { fetch } = globalThis;
		if (typeof fetch === "function" && !isFetchNodesOwn([fetch])) {
			// The fetch of Next.js can return a stored response.
			return fetch.__nextPatched === true ? this.#http : this.#fetch;
		}
		const dispatchers = globalDispatchers();
		// A tool can replace the method `dispatch` later.
		const { given, pool: own } = choice([...dispatchers, ...dispatchers.map((each) => each?.dispatch)]);
		if (given === undefined && own === undefined) sayOnce("Node's dispatcher is not known: requests use node:http.");
		return given ?? own ?? this.#http;
	}
}
