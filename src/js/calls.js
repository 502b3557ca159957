// Runs calls: some end at once, the others go step by step as the engine in Rust says. Everything that is thrown here is
// an error of this package, the reason of the caller's signal, or an exception of the caller's function.
import { follow, INSTANCE_LOST, now, reasonOf, sleep, Stop } from "../transport/wait.js";
import { FAILED } from "../transport/ending.js";
import { codeOf } from "../transport/connection.js";
import { MissingGlobal } from "../transport/fetch.js";
import { safeCause } from "../../crates/boundary/src/cause.js";
import { flattenAll } from "../../crates/boundary/src/crossing.js";
import { makeError, PayStarError } from "../../crates/boundary/src/errors.js";
import { interruption, refusal, valueOf } from "../../crates/boundary/src/results.js";

/** What a call goes on after, as `calls.rs` knows it. */
const WAITED = 0;
const REPORTED = 1;
const STOPPED = 2;

const random = () => Math.floor(Math.random() * 2 ** 32);

/** What is thrown to the caller unchanged: the reason of the caller's signal, or an exception of the caller's function. */
class Foreign {
	constructor(thrown) {
		this.thrown = thrown;
	}
}

/** Where a call begins, for the stack of its error. Frames down to `below` are left out. */
function beginning(below) {
	const trace = {};
	if (Error.captureStackTrace) Error.captureStackTrace(trace, below);
	else trace.stack = new Error().stack;
	return trace;
}

function withStack(error, trace) {
	const stack = trace?.stack;
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
export async function run(open, begin, details) {
	const state = { mayHaveSent: false, thrown: [] };
	try {
		Object.assign(state, details, { stop: new Stop(), trace: beginning(details.below ?? run) });
		let text = start(state, open, begin);
		for (;;) {
			const step = await take(text, state);
			if ("value" in step) return step.value;
			text = step.text;
		}
	} catch (error) {
		// A stack that overflowed has room again in the next task.
		await undefined;
		forget(state);
		if (error instanceof Foreign) throw error.thrown;
		if (error instanceof PayStarError) throw withStack(error, state.trace);
		const outcome = details.makesOrder && state.mayHaveSent ? "unknown" : "notSent";
		throw withStack(interruption(error, outcome, details.externalTransactionId), state.trace);
	} finally {
		state.letGo?.();
	}
}

/** Begins a call: the text of its first step. */
function start(state, open, begin) {
	const { signal, stop } = state;
	const { at, client, transport } = open();
	const number = at.calls.take();
	const onLost = () => stop.stop(INSTANCE_LOST);
	at.listeners.add(onLost);
	let unfollow;
	state.letGo = () => {
		at.listeners.delete(onLost);
		at.calls.give(number);
		unfollow?.();
	};
	Object.assign(state, { at, transport, number });
	const text = at.enter((wasm) => begin(wasm, client, number, now()));
	if (signal !== undefined && text[0] === "s") unfollow = followOrThrow(signal, stop);
	return text;
}

/** Wasm keeps a call that failed until its causes are read. */
function forget({ at, number }) {
	at?.attempt((wasm) => wasm.closeCall(number));
}

function followOrThrow(signal, stop) {
	try {
		return follow(signal, stop);
	} catch (cause) {
		const advice = "Pass an AbortSignal, such as AbortSignal.timeout(5000).";
		throw refusal("The signal cannot be listened to.", advice, safeCause(cause));
	}
}

/** Does what the engine wants next. Returns the `text` of the step after it, or the `value` of the call. */
async function take(text, state) {
	const { stop } = state;
	switch (text[0]) {
		case "s": {
			const lineEnd = text.indexOf("\n");
			const limitMs = Number(text.slice(1, lineEnd));
			const ending = await exchange(state, text.slice(lineEnd + 1), limitMs);
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
			throw text.length === 1 ? new Foreign(reason) : makeError(JSON.parse(text.slice(1)), reason);
		}
		case "-":
			throw failureOf(text, state);
		default:
			return { value: valueOf(text) };
	}
}

async function exchange({ transport, stop, at }, message, limitMs) {
	try {
		return await transport.exchange(message, limitMs, stop, at);
	} catch (error) {
		if (!(error instanceof MissingGlobal)) throw error;
		throw refusal(error.message, 'Add it to the platform, or use the transport "node".');
	}
}

function answer({ at, number, thrown }, { kind, nothingSent, status, retryAfterMs, body, error }) {
	if (kind === FAILED) thrown.push(error);
	const [code] = flattenAll(kind === FAILED ? codeOf(error) : undefined);
	const cause = thrown.length - 1;
	return at.enter((wasm) =>
		wasm.answered(number, kind, nothingSent, status, retryAfterMs, body, code, cause, now(), random()),
	);
}

const resume = ({ at, number }, after) => at.enter((wasm) => wasm.resume(number, after, now(), random()));

/** Shows a status to the caller, and waits for a promise that comes back. `false` if the call was stopped. */
async function report({ onStatus, stop }, json, limitMs) {
	if (onStatus === undefined) return true;
	const state = JSON.parse(json);
	const limit = new Stop();
	try {
		const shown = onStatus(state);
		if (Object(shown) !== shown) return true;
		stop.listener = () => limit.stop(stop.reason);
		await Promise.race([shown, sleep(limitMs, limit)]);
		return stop.reason === 0;
	} catch (thrown) {
		throw new Foreign(thrown);
	} finally {
		stop.listener = undefined;
		limit.stop(stop.reason || INSTANCE_LOST);
	}
}

/** The error of a call that failed. Only here it gets its cause, since what was thrown below may hold secrets. */
function failureOf(text, { at, number, thrown }) {
	const [cause, json, lastCause, lastJson] = text.slice(1).split("\n");
	const clean = (dirty) => at.enter((wasm) => wasm.redact(number, ...flattenAll(dirty)));
	const causeOf = (index) => (index ? safeCause(thrown[index], clean) : undefined);
	const behind = lastJson ? makeError(JSON.parse(lastJson), causeOf(lastCause)) : causeOf(cause);
	return makeError(JSON.parse(json), behind);
}
