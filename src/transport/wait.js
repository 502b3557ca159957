// The clock, waits, and the signal of the caller.

/** Milliseconds of a clock that does not go back. Tests replace the clock of the platform, and some replacements throw. */
export function now() {
	try {
		return performance.now();
	} catch {
		return Date.now();
	}
}

// Why a call stops.
export const NOT_STOPPED = 0;
export const ABORTED_BY_CALLER = 1;
export const INSTANCE_LOST = 2;

/** Stops a call early, for the signal of the caller or after the loss of the wasm instance. */
export class Stop {
	reason = NOT_STOPPED;
	/** The request or the wait that is running sets this. A call has one of them at a time. */
	listener = undefined;

	stop(reason) {
		if (this.reason !== NOT_STOPPED) return;
		this.reason = reason;
		this.listener?.();
	}
}

/** The calls of each signal. All calls share one listener, because Node warns if a signal has more than ten. */
const stopsBySignal = new WeakMap();

/** Stops a call when a signal aborts. Returns a function that ends this. The signal can live much longer than the call. */
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
			// The signal keeps the listener, which does nothing without calls.
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

/** The reason of a signal. */
export function reasonOf(signal) {
	try {
		return signal.reason;
	} catch {
		return new Error("The signal throws when its reason is read.");
	}
}

/** Waits. The result is `false` if the call was stopped. */
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
