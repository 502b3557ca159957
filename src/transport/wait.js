// Time limits, waits, and the caller's signal.

/** Milliseconds of a clock that does not go back. Tests replace the platform's clock, and some replacements throw. */
export function now() {
	try {
		return performance.now();
	} catch {
		return Date.now();
	}
}

/** Why a call must stop. */
export const NOT_STOPPED = 0;
export const ABORTED_BY_CALLER = 1;
export const INSTANCE_LOST = 2;

/** What ends a call early: the caller's signal, or the loss of the wasm instance. One request or wait at a time listens. */
export class Stop {
	reason = NOT_STOPPED;
	/** What the request or wait that is under way does then. */
	listener = undefined;

	stop(reason) {
		if (this.reason !== NOT_STOPPED) return;
		this.reason = reason;
		this.listener?.();
	}
}

/** The calls that each signal ends. One listener for all of them: Node warns when a signal has more than ten. */
const stopsBySignal = new WeakMap();

/** Stops a call when a signal aborts. Returns a function that lets go of the signal, which may live much longer. */
export function follow(signal, stop) {
	if (isAborted(signal)) {
		stop.stop(ABORTED_BY_CALLER);
		return () => {};
	}
	let followed = stopsBySignal.get(signal);
	if (!followed) {
		const stops = new Set();
		const onAbort = () => {
			stopsBySignal.delete(signal);
			for (const each of stops) each.stop(ABORTED_BY_CALLER);
		};
		signal.addEventListener("abort", onAbort);
		followed = { stops, onAbort };
		stopsBySignal.set(signal, followed);
	}
	followed.stops.add(stop);
	return () => {
		followed.stops.delete(stop);
		if (followed.stops.size > 0) return;
		stopsBySignal.delete(signal);
		try {
			signal.removeEventListener("abort", followed.onAbort);
		} catch {
			// A signal that cannot let go of a listener only keeps it longer.
		}
	};
}

function isAborted(signal) {
	try {
		return signal.aborted === true;
	} catch {
		return false;
	}
}

/** The signal's own reason. */
export function reasonOf(signal) {
	try {
		return signal.reason;
	} catch {
		return new Error("The signal throws when its reason is read.");
	}
}

/** Waits. `false` if the call was stopped. */
export function sleep(ms, stop) {
	return new Promise((resolve) => {
		if (stop.reason !== NOT_STOPPED) {
			resolve(false);
			return;
		}
		const end = (isOver) => {
			clearTimeout(timer);
			stop.listener = undefined;
			resolve(isOver);
		};
		const timer = setTimeout(end, ms, true);
		stop.listener = () => end(false);
	});
}
