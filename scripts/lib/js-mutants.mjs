// The mutants of the JavaScript source. scripts/mutants.mjs runs them.
const NODE = "src/transport/node.js";
const FETCH = "src/transport/fetch.js";
const DISPATCHER = "src/transport/dispatcher.js";
const NODE_ENGINE = "src/transport/engine.js";
const CORE = "crates/boundary/src/instance.js";
const CLIENT = "src/js/client.js";
const CLIENT_HANDLE = "src/js/client_handle.js";
const PLAIN_CALLBACK = "src/js/plain_callback.js";
const PLAIN_REQUEST = "src/js/plain_request.js";
const EXCHANGE = "src/js/exchange.js";
const PANEL_ORIGIN = "src/server/panel_origin.js";
const PANEL_ORDER = "src/server/panel_order.js";
const CALLBACKS = "src/server/callbacks.js";
const ORDER_RECORD = "src/server/order_record.js";

/** Each mutant has the tests that must find it. */
export const JS_MUTANTS = {
	"believe an answer over a plain socket": {
		changes: [[NODE, "if (isTls && socket.encrypted !== true) {", "if (false) {"]],
		tests: ["proxy-answers.test.mjs"],
	},
	"believe a proxy's answer to CONNECT": {
		changes: [[NODE, "if (isFromProxy) {", "if (false) {"]],
		tests: ["proxy-answers.test.mjs"],
	},
	"take a fetch that somebody wrapped for the platform's own": {
		changes: [
			[FETCH, "isOwnFetch = given === undefined && isPlatformsOwn(fetch);", "isOwnFetch = given === undefined;"],
		],
		tests: ["platforms.test.mjs"],
	},
	"take a socket of a test library for one that is not connected": {
		changes: [[NODE, "if (!isNodesOwn(socket, isTls)) departure = MAY_HAVE_BEEN_SENT;", ""]],
		tests: ["platforms.test.mjs"],
	},
	"trust a dispatcher of the user that says it sent nothing": {
		changes: [[DISPATCHER, "isOwnPool ? NOTHING_SENT : MAY_HAVE_BEEN_SENT", "NOTHING_SENT"]],
		tests: ["dispatcher.test.mjs"],
	},
	"send a request after its call ended": {
		changes: [[DISPATCHER, "if (this.#isSettled || isRepeated) {", "if (isRepeated) {"]],
		tests: ["node-connections.test.mjs"],
	},
	"forget that a request started on a connected socket": {
		changes: [[DISPATCHER, "		this.#departure = MAY_HAVE_BEEN_SENT;\n", ""]],
		tests: ["connection.test.mjs"],
	},
	"let a dispatcher of the user follow redirects": {
		changes: [[DISPATCHER, ", maxRedirections: 0", ""]],
		tests: ["dispatcher.test.mjs"],
	},
	"send past a method of the global dispatcher that was replaced later": {
		changes: [[NODE_ENGINE, ", ...dispatchers.map((each) => each?.dispatch)", ""]],
		tests: ["mocks.test.mjs"],
	},
	"send past a tool that replaced node:http": {
		changes: [[NODE_ENGINE, "if (!isHttpNodesOwn(httpFunctions())) return this.#http;", ""]],
		tests: ["mocks.test.mjs"],
	},
	"send past a global dispatcher of the user": {
		changes: [[NODE_ENGINE, "if (given !== undefined) return { given: new DispatcherTransport(given, false) };", ""]],
		tests: ["mocks.test.mjs"],
	},
	"use an instance of wasm after an exception went through it": {
		changes: [[CORE, "if (this.#isInside) this.#lose();", ""]],
		tests: ["exceptions.test.mjs"],
	},
	"read a text that is not ASCII in the fast way": {
		changes: [[EXCHANGE, "return read === text.length && written === text.length;", "return read > 0;"]],
		tests: ["validation-plain.test.mjs"],
	},
	"open a client before its callback is read": {
		changes: [
			[PLAIN_CALLBACK, "	const { instance, client } = open(owner);\n", ""],
			[PLAIN_CALLBACK, "	prepareExchange();\n", "	const { instance, client } = open(owner);\n	prepareExchange();\n"],
		],
		tests: ["callbacks-plain.test.mjs"],
	},
	"keep views of memory that has grown": {
		changes: [[EXCHANGE, "known?.buffer === wasm.memory.buffer ?", "known !== undefined ?"]],
		tests: ["callbacks-plain.test.mjs", "validation-plain.test.mjs"],
	},
	"validate a request without its hidden members": {
		changes: [[PLAIN_REQUEST, "|| getOwnPropertyNames(object).length !== length", ""]],
		tests: ["validation-plain.test.mjs"],
	},
	"open a client before its request is read": {
		changes: [
			[PLAIN_REQUEST, "	const { instance, client } = open(owner);\n", ""],
			[PLAIN_REQUEST, "	const words = [];\n", "	const { instance, client } = open(owner);\n	const words = [];\n"],
		],
		tests: ["validation-plain.test.mjs"],
	},
	"give all callers the same issue": {
		changes: [
			[PLAIN_REQUEST, "issues.push({ path, code, message, severity });", "issues.push(issueOf(wasm, found[index]));"],
		],
		tests: ["validation-plain.test.mjs"],
	},
	"let a copy of a client use its keys": {
		changes: [
			[
				CLIENT,
				"if (Object(namespace) !== namespace || !(#handle in namespace)) throw notOriginal();",
				"if (!(#handle in namespace)) return Namespace.openOf(Namespace.latest);",
			],
			[CLIENT, "		bindMethods(this);", "		bindMethods(this);\n		Namespace.latest = this;"],
		],
		tests: ["handles.test.mjs"],
	},
	"use the handle of a client that wasm forgot, which may be the handle of another client": {
		changes: [[CLIENT_HANDLE, "if (!instance.isUsable || !instance.openClients.has(slot))", "if (!instance.isUsable)"]],
		tests: ["handles.test.mjs"],
	},
	"let a page of another origin create orders through a panel": {
		changes: [[PANEL_ORIGIN, 'site === "same-origin" ||', "true ||"]],
		tests: ["panel.test.mjs"],
	},
	"read the amount of a page as a float": {
		changes: [[PANEL_ORDER, '(part[0] === \'"\' ? part : `"${part}"`)', "part"]],
		tests: ["panel.test.mjs"],
	},
	"pass an old callback on without a status read": {
		changes: [[CALLBACKS, '|| (confirm === "final" && callback.isFinal)', ""]],
		tests: ["callback-replay.test.mjs"],
	},
	"trust your own id in the URL of a callback": {
		changes: [
			[CALLBACKS, "const isKnownId = ownId === record?.ownId || ownId === evidence?.ownId;", "const isKnownId = true;"],
		],
		tests: ["callback-replay.test.mjs"],
	},
	"let two old callbacks with different amounts alternate": {
		changes: [[ORDER_RECORD, 'if (isListed(nextStatus, record?.handled, callback)) return "duplicate";', ""]],
		tests: ["callback-replay.test.mjs"],
	},
	"give a handle back twice": {
		changes: [[CLIENT_HANDLE, "if (!instance.openClients.delete(slot)) return;", "instance.openClients.delete(slot);"]],
		tests: ["handles.test.mjs"],
	},
};
