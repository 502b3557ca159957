// Runs calls: sync ones at once, the others step by step as the engine in Rust says. Everything that is thrown here is an
// error of this package, or the reason of the caller's own signal.
import { follow, INSTANCE_LOST, now, reasonOf, sleep, Stop } from "../transport/wait.js";
import { FAILED } from "../transport/ending.js";
import { codeOf } from "../transport/connection.js";
import { Lost, instance } from "./core.js";
import { safeCause } from "./cause.js";
import { makeError, PayStarError } from "./errors.js";

/** What a call goes on after, as `calls.rs` knows it. */
const WAITED = 0;
const REPORTED = 1;
const STOPPED = 2;

const random = () => Math.floor(Math.random() * 2 ** 32);

/** The value of a text that wasm gave, or the error that it says. */
function valueOf(text) {
	if (text[0] === "+") return text.length === 1 ? undefined : JSON.parse(text.slice(1));
	throw makeError(JSON.parse(text.slice(text.indexOf("\n") + 1)));
}

/** What went through wasm, as an error. */
function interruption({ cause }, outcome, externalTransactionId) {
	return makeError(
		{
			code: "interrupted",
			message: "The call was interrupted: an exception went through the WebAssembly core, which starts again.",
			outcome,
			...(externalTransactionId === undefined ? {} : { externalTransactionId }),
			retryable: outcome === "notSent",
			advice:
				outcome === "notSent"
					? "Nothing was sent. Look at the cause, then make the call again."
					: "An order may exist. Read its status by externalTransactionId before you do anything else.",
		},
		safeCause(cause, (text) => text),
	);
}

/** A call of wasm that ends at once: its value. */
export function callNow(call, at = instance()) {
	let text;
	try {
		text = at.enter(call);
	} catch (lost) {
		throw lost instanceof Lost ? interruption(lost, "notSent") : lost;
	}
	return valueOf(text);
}

/** Where a call begins, for the stack of its error. Frames down to `below` are left out. */
function beginning(below) {
	const trace = {};
	if (Error.captureStackTrace) Error.captureStackTrace(trace, below);
	else trace.stack = new Error().stack;
	return trace;
}

function withStack(error, trace) {
	const { stack } = trace;
	if (typeof stack === "string") {
		// V8 begins with the name and the message of the error.
		const frames =
			stack.startsWith("Error\n") || stack.startsWith("[object Object]\n")
				? stack.slice(stack.indexOf("\n") + 1)
				: stack;
		const value = `${error.name}: ${error.message}\n${frames}`;
		Object.defineProperty(error, "stack", { value, configurable: true, writable: true });
	}
	return error;
}

/**
 * Runs a call that sends something. `open` gives `{ at, client, transport }`, `begin` starts the call in wasm,
 * `externalTransactionId` is for the error if wasm itself is lost, `below` is the function that the caller called.
 *
 * This is an `async` function, so each call runs, waits and calls back in its caller's own asynchronous context.
 */
export async function run(open, begin, { below = run, signal, onStatus, externalTransactionId, makesOrder } = {}) {
	const trace = beginning(below);
	const state = { signal, onStatus, stop: new Stop(), mayHaveSent: false, thrown: [] };
	let letGo;
	try {
		const { at, client, transport } = open();
		state.at = at;
		state.transport = transport;
		const onLost = () => state.stop.stop(INSTANCE_LOST);
		state.number = at.calls.take();
		at.listeners.add(onLost);
		letGo = () => {
			at.listeners.delete(onLost);
			at.calls.give(state.number);
		};
		let text = at.enter((wasm) => begin(wasm, client, state.number, now()));
		if (signal !== undefined && text[0] === "s") {
			const unfollow = followOrThrow(signal, state.stop);
			const before = letGo;
			letGo = () => {
				before();
				unfollow();
			};
		}
		for (;;) {
			const step = await take(text, state);
			if ("value" in step) return step.value;
			text = step.text;
		}
	} catch (error) {
		if (error instanceof Lost) {
			const outcome = makesOrder && state.mayHaveSent ? "unknown" : "notSent";
			throw withStack(interruption(error, outcome, externalTransactionId), trace);
		}
		if (state.number !== undefined) callNow((wasm) => wasm.closeCall(state.number), state.at);
		throw error instanceof PayStarError ? withStack(error, trace) : error;
	} finally {
		letGo?.();
	}
}

function followOrThrow(signal, stop) {
	try {
		return follow(signal, stop);
	} catch (cause) {
		throw makeError(
			{
				code: "configuration_invalid",
				message: "The signal cannot be listened to.",
				outcome: "notSent",
				retryable: false,
				advice: "Pass an AbortSignal, such as AbortSignal.timeout(5000).",
			},
			safeCause(cause, (text) => text),
		);
	}
}

/** Takes one step that the engine asks for: `{ text }` of the next one, or the `value` of the call. */
async function take(text, state) {
	const { at, stop } = state;
	switch (text[0]) {
		case "s": {
			const lineEnd = text.indexOf("\n");
			const limitMs = Number(text.slice(1, lineEnd));
			const ending = await state.transport.exchange(text.slice(lineEnd + 1), limitMs, stop, at);
			if (!ending.nothingSent) state.mayHaveSent = true;
			return { text: answer(state, ending) };
		}
		case "w": {
			const isOver = await sleep(Number(text.slice(1)), stop);
			return { text: resume(state, isOver ? WAITED : STOPPED) };
		}
		case "r": {
			const lineEnd = text.indexOf("\n");
			const isOver = await report(state, text.slice(lineEnd + 1), Number(text.slice(1, lineEnd)));
			return { text: resume(state, isOver ? REPORTED : STOPPED) };
		}
		case "a": {
			const reason = reasonOf(state.signal);
			const failure = JSON.parse(text.slice(1));
			throw failure === null ? reason : makeError(failure, reason);
		}
		case "-":
			throw failureOf(text, state);
		default:
			return { value: valueOf(text) };
	}
}

function answer({ at, number, thrown }, { kind, nothingSent, status, retryAfterMs, body, error }) {
	let code = "";
	if (kind === FAILED) {
		code = codeOf(error);
		thrown.push(error);
	}
	const cause = thrown.length - 1;
	return at.enter((wasm) =>
		wasm.answered(number, kind, nothingSent, status, retryAfterMs, body, code, cause, now(), random()),
	);
}

const resume = ({ at, number }, after) => at.enter((wasm) => wasm.resume(number, after, now(), random()));

/** Shows a status to the caller, and waits for a promise that comes back. `false` if the call was stopped. */
async function report({ onStatus, stop }, json, limitMs) {
	if (onStatus === undefined) return true;
	const shown = onStatus(JSON.parse(json));
	if (Object(shown) !== shown) return true;
	const limit = new Stop();
	try {
		stop.listener = () => limit.stop(stop.reason);
		await Promise.race([shown, sleep(limitMs, limit)]);
		return stop.reason === 0;
	} finally {
		stop.listener = undefined;
		limit.stop(stop.reason || INSTANCE_LOST);
	}
}

/** The error of a call that failed. Only here it gets its cause, since what was thrown below may hold secrets. */
function failureOf(text, { at, number, thrown }) {
	const [cause, json, lastCause, lastJson] = text.slice(1).split("\n");
	const clean = (dirty) => at.enter((wasm) => wasm.redact(number, dirty));
	const causeOf = (index) => (index ? safeCause(thrown[index], clean) : undefined);
	const behind = lastJson ? makeError(JSON.parse(lastJson), causeOf(lastCause)) : causeOf(cause);
	return makeError(JSON.parse(json), behind);
}
