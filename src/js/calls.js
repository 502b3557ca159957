// Runs calls step by step. The engine in Rust decides each step. An exception from here is an error of this package, the
// reason of the caller's signal, or an exception of the caller's function.
import { follow, INSTANCE_LOST, NOT_STOPPED, now, reasonOf, sleep, Stop } from "../transport/wait.js";
import { FAILED, MAY_HAVE_BEEN_SENT, NOTHING_SENT } from "../transport/exchange_result.js";
import { codeOf } from "../transport/connection.js";
import { MissingGlobal } from "../transport/fetch.js";
import { safeCause } from "../../crates/boundary/src/cause.js";
import { flattenAll } from "../../crates/boundary/src/crossing.js";
import { makeError, PayStarError } from "../../crates/boundary/src/errors.js";
import { FAILURE, interruption, refusal, valueOf } from "../../crates/boundary/src/results.js";
import { readSend, readState, STEP_ABORTED, STEP_REPORT, STEP_SEND, STEP_STATE, STEP_WAIT } from "./steps.js";

// Codes that Rust and JavaScript share: why a call resumes.
const WAITED = 0;
const REPORTED = 1;
const STOPPED = 2;

const random = () => Math.floor(Math.random() * 2 ** 32);

/** The reason of the caller's signal, or an exception of the caller's function. It reaches the caller unchanged. */
class CallerException {
	constructor(exception) {
		this.exception = exception;
	}
}

/** The stack of the caller, for the error of a call. It does not contain the frames from `below` up. */
function callerStack(below) {
	const trace = {};
	if (Error.captureStackTrace) Error.captureStackTrace(trace, below);
	else trace.stack = new Error().stack;
	return trace;
}

function withStack(error, trace) {
	const stack = trace?.stack;
	if (typeof stack === "string") {
		// In V8, the first line has the name and the message of the error.
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
 * Runs a call that sends requests. `open` returns `{ instance, client, transport }`. `begin` starts the call in wasm.
 * `externalTransactionId` is for the error if the instance is lost. `below` is the function that the caller called.
 *
 * This is an `async` function. So each call sends, waits and calls back in the asynchronous context of its caller.
 */
export async function run(open, begin, details) {
	const state = { departure: NOTHING_SENT, exceptions: [] };
	try {
		Object.assign(state, details, { stop: new Stop(), trace: callerStack(details.below ?? run) });
		let text = start(state, open, begin);
		for (;;) {
			const { next, value } = await performStep(text, state);
			if (next === undefined) return value;
			text = next;
		}
	} catch (error) {
		// After a stack overflow, the stack is empty again in the next task.
		await undefined;
		closeCall(state);
		if (error instanceof CallerException) throw error.exception;
		if (error instanceof PayStarError) throw withStack(error, state.trace);
		const outcome = details.makesOrder && state.departure === MAY_HAVE_BEEN_SENT ? "unknown" : "notSent";
		throw withStack(interruption(error, outcome, details.externalTransactionId), state.trace);
	} finally {
		state.release?.();
	}
}

/** Starts a call. Returns its first step. */
function start(state, open, begin) {
	const { signal, stop } = state;
	const { instance, client, transport } = open();
	const call = instance.calls.allocate();
	const onLost = () => stop.stop(INSTANCE_LOST);
	instance.listeners.add(onLost);
	let unfollow;
	state.release = () => {
		instance.listeners.delete(onLost);
		instance.calls.release(call);
		unfollow?.();
	};
	Object.assign(state, { instance, transport, call });
	const text = instance.enter((wasm) => begin(wasm, client, call, now()));
	if (signal !== undefined && text[0] === STEP_SEND) unfollow = followOrThrow(signal, stop);
	return text;
}

/** Wasm keeps a call that failed until JavaScript has read its causes. */
function closeCall({ instance, call }) {
	instance?.attempt((wasm) => wasm.closeCall(call));
}

function followOrThrow(signal, stop) {
	try {
		return follow(signal, stop);
	} catch (cause) {
		const message =
			"signal is not an AbortSignal that accepts a listener. Pass one, such as AbortSignal.timeout(5000).";
		throw refusal(message, safeCause(cause));
	}
}

/** Performs a step. Returns the `next` step, or the `value` of the call. */
async function performStep(text, state) {
	const { stop } = state;
	switch (text[0]) {
		case STEP_SEND: {
			const { limitMs, request } = readSend(text);
			const result = await exchange(state, request, limitMs);
			if (result.departure !== NOTHING_SENT) state.departure = MAY_HAVE_BEEN_SENT;
			return { next: exchanged(state, result) };
		}
		case STEP_WAIT: {
			const isOver = await sleep(Number(text.slice(1)), stop);
			return { next: resume(state, isOver ? WAITED : STOPPED) };
		}
		case STEP_REPORT: {
			const lineEnd = text.indexOf("\n");
			const isOver = await report(state, () => readState(text, lineEnd + 1), Number(text.slice(1, lineEnd)));
			return { next: resume(state, isOver ? REPORTED : STOPPED) };
		}
		case STEP_STATE:
			return { value: readState(text, STEP_STATE.length) };
		case STEP_ABORTED: {
			const reason = reasonOf(state.signal);
			throw text.length === 1 ? new CallerException(reason) : makeError(JSON.parse(text.slice(1)), reason);
		}
		case FAILURE:
			throw failureOf(text, state);
		default:
			return { value: valueOf(text) };
	}
}

async function exchange({ transport, stop, instance }, request, limitMs) {
	try {
		return await transport.exchange(request, limitMs, stop, instance);
	} catch (error) {
		throw error instanceof MissingGlobal ? refusal(error.message) : error;
	}
}

/** Passes the result of an exchange to wasm. Returns the next step. */
function exchanged({ instance, call, exceptions }, { kind, departure, status, retryAfterMs, body, error }) {
	if (kind === FAILED) exceptions.push(error);
	const [code] = flattenAll(kind === FAILED ? codeOf(error) : undefined);
	const cause = exceptions.length - 1;
	return instance.enter((wasm) =>
		wasm.exchanged(call, kind, departure, status, retryAfterMs, body, code, cause, now(), random()),
	);
}

const resume = ({ instance, call }, reason) => instance.enter((wasm) => wasm.resumeCall(call, reason, now(), random()));

/** Passes a status to the caller's function, and waits for its promise. The result is `false` if the call was stopped. */
async function report({ onStatus, stop }, read, limitMs) {
	if (onStatus === undefined) return true;
	const state = read();
	const limit = new Stop();
	try {
		const returned = onStatus(state);
		if (Object(returned) !== returned) return true;
		stop.listener = () => limit.stop(stop.reason);
		await Promise.race([returned, sleep(limitMs, limit)]);
		return stop.reason === NOT_STOPPED;
	} catch (exception) {
		throw new CallerException(exception);
	} finally {
		stop.listener = undefined;
		limit.stop(stop.reason || INSTANCE_LOST);
	}
}

/** The error of a call that failed. Exceptions can contain secrets, so they are redacted before they become a cause. */
function failureOf(text, { instance, call, exceptions }) {
	const [cause, json, lastCause, lastJson] = text.slice(1).split("\n");
	const clean = (dirty) => instance.enter((wasm) => wasm.redact(call, ...flattenAll(dirty)));
	const causeOf = (index) => (index ? safeCause(exceptions[index], clean) : undefined);
	const behind = lastJson ? makeError(JSON.parse(lastJson), causeOf(lastCause)) : causeOf(cause);
	return makeError(JSON.parse(json), behind);
}
