// Runs calls step by step. The engine in Rust decides each step. An exception from here is an error of this package, the
// reason of the caller's signal, or an exception of the caller's function.
import { follow, INSTANCE_LOST, NOT_STOPPED, now, reasonOf, sleep, Stop } from "../transport/wait.js";
import { FAILED, MAY_HAVE_BEEN_SENT, NOTHING_SENT } from "../transport/exchange_result.js";
import { codeOf } from "../transport/connection.js";
import { FetchTransport, MissingGlobal } from "../transport/fetch.js";
import { safeCause } from "../../crates/boundary/src/cause.js";
import { flattenAll } from "../../crates/boundary/src/crossing.js";
import { makeError, PayStarError } from "../../crates/boundary/src/errors.js";
import { FAILURE, interruption, refusal, valueOf } from "../../crates/boundary/src/results.js";
import {
	readOrder,
	readSend,
	readState,
	STEP_ABORTED,
	STEP_ORDER,
	STEP_REPORT,
	STEP_SEND,
	STEP_STATE,
	STEP_WAIT,
} from "./steps.js";

// Codes that Rust and JavaScript share: why a call resumes.
const WAITED = 0;
const REPORTED = 1;
const STOPPED = 2;

const NO_CODE = new Uint8Array();

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
 * A call that is running. `details` has what the caller gave: `signal`, `onStatus`, `externalTransactionId` for the error if
 * the instance is lost, `makesOrder`, and `below`, the function that the caller called.
 */
class Run {
	departure = NOTHING_SENT;
	exceptions = undefined;
	stop = undefined;
	trace = undefined;
	hasWaited = false;
	instance = undefined;
	transport = undefined;
	call = undefined;
	#onLost = undefined;
	#unfollow = undefined;

	constructor(details) {
		this.details = details;
	}

	/** Starts the call. Returns its first step. */
	start(open, begin) {
		const { below = run, signal } = this.details;
		const stop = new Stop();
		this.stop = stop;
		const { instance, client, transport } = open();
		// Other engines than V8 do not know who awaits a call. Beside `fetch`, the time for this is short.
		if (transport instanceof FetchTransport) this.trace = callerStack(below);
		const call = instance.calls.allocate();
		const onLost = () => stop.stop(INSTANCE_LOST);
		this.#onLost = onLost;
		this.instance = instance;
		this.transport = transport;
		this.call = call;
		instance.listeners.add(onLost);
		const text = instance.enter((wasm) => begin(wasm, client, call, now()));
		if (signal !== undefined && text[0] === STEP_SEND) this.#unfollow = followOrThrow(signal, stop);
		return text;
	}

	/**
	 * The stack is noted only for a call that fails, because that takes a fifth of the time of a call. After a request, it
	 * has the functions that await the call.
	 */
	noteStack() {
		const { below = run } = this.details;
		try {
			this.trace ??= callerStack(this.hasWaited ? run : below);
		} catch {
			// The stack is full.
		}
	}

	release() {
		const { instance } = this;
		if (instance === undefined) return;
		instance.listeners.delete(this.#onLost);
		instance.calls.release(this.call);
		this.#unfollow?.();
	}
}

/**
 * Runs a call that sends requests. `open` returns `{ instance, client, transport }`. `begin` starts the call in wasm.
 *
 * This is one `async` function. So each call sends, waits and calls back in the asynchronous context of its caller, and a
 * request costs one `await`.
 */
export async function run(open, begin, details) {
	const state = new Run(details);
	try {
		let text = state.start(open, begin);
		for (;;) {
			switch (text[0]) {
				case STEP_SEND: {
					const { limitMs, request } = readSend(text);
					state.hasWaited = true;
					const result = await state.transport.exchange(request, limitMs, state.stop, state.instance);
					text = exchanged(state, result);
					break;
				}
				case STEP_WAIT: {
					const isOver = await sleep(Number(text.slice(1)), state.stop);
					text = resume(state, isOver ? WAITED : STOPPED);
					break;
				}
				case STEP_REPORT: {
					const isOver = await report(state, text);
					text = resume(state, isOver ? REPORTED : STOPPED);
					break;
				}
				default:
					return resultOf(text, state);
			}
		}
	} catch (error) {
		state.noteStack();
		// After a stack overflow, the stack is empty again in the next task.
		await undefined;
		throw errorOf(error, state);
	} finally {
		state.release();
	}
}

/** The value of the last step of a call. Throws if the call failed. */
function resultOf(text, state) {
	switch (text[0]) {
		case STEP_ORDER:
			return readOrder(text);
		case STEP_STATE:
			return readState(text, STEP_STATE.length);
		case STEP_ABORTED: {
			const reason = reasonOf(state.details.signal);
			throw text.length === 1 ? new CallerException(reason) : makeError(JSON.parse(text.slice(1)), reason);
		}
		case FAILURE:
			throw failureOf(text, state);
		default:
			return valueOf(text);
	}
}

/** What the promise of a call rejects with. */
function errorOf(thrown, state) {
	closeCall(state);
	if (thrown instanceof CallerException) return thrown.exception;
	const error = thrown instanceof MissingGlobal ? refusal(thrown.message) : thrown;
	if (error instanceof PayStarError) return withStack(error, state.trace);
	const { makesOrder, externalTransactionId } = state.details;
	const outcome = makesOrder && state.departure === MAY_HAVE_BEEN_SENT ? "unknown" : "notSent";
	return withStack(interruption(error, outcome, externalTransactionId), state.trace);
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

/** Passes the result of an exchange to wasm. Returns the next step. */
function exchanged(state, result) {
	const { instance, call } = state;
	const { kind, departure, status, retryAfterMs, body, error } = result;
	if (departure !== NOTHING_SENT) state.departure = MAY_HAVE_BEEN_SENT;
	let code = NO_CODE;
	let cause = 0;
	if (kind === FAILED) {
		[code] = flattenAll(codeOf(error));
		state.exceptions ??= [];
		cause = state.exceptions.push(error) - 1;
	}
	return instance.enter((wasm) =>
		wasm.exchanged(call, kind, departure, status, retryAfterMs, body, code, cause, now(), random()),
	);
}

const resume = ({ instance, call }, reason) => instance.enter((wasm) => wasm.resumeCall(call, reason, now(), random()));

/** Passes a status to the caller's function, and waits for its promise. The result is `false` if the call was stopped. */
async function report({ details: { onStatus }, stop }, text) {
	if (onStatus === undefined) return true;
	const lineEnd = text.indexOf("\n");
	const limitMs = Number(text.slice(1, lineEnd));
	const state = readState(text, lineEnd + 1);
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
