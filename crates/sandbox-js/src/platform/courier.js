// Sends the sandbox's callbacks. Rust decides which callbacks are due, and when to repeat them.

const TIME_LIMIT_MS = 5_000;
const LONGEST_RESPONSE = 64 * 1024;
/** The timers of all engines overflow after this time. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;
/** More rounds than all attempts of all waiting callbacks can need. */
const MOST_ROUNDS = 2_000_000;

/**
 * `due()` takes the callbacks to send now. `answered(id, status)` takes the result of an attempt. `wait()` is the number
 * of milliseconds until callbacks are due, or undefined.
 */
export function makeCourier(due, answered, wait, hasManualClock) {
	const inProgress = new Map();
	let timer;
	let servers = 0;
	let isStopped = false;

	async function deliver({ id, url, body, signature }, controller) {
		let status;
		try {
			status = await post(url, body, signature, controller);
		} catch {
			// The connection was refused, it broke, or the time was over.
		}
		inProgress.delete(id);
		answered(id, status);
		plan();
	}

	function send() {
		for (const delivery of due()) {
			const controller = new AbortController();
			inProgress.set(delivery.id, { controller, done: deliver(delivery, controller) });
		}
	}

	// Always in a later task, so that the response to a request leaves before the callback that it caused.
	function plan() {
		clearTimeout(timer);
		const ms = isStopped ? undefined : wait();
		if (ms === undefined) return;
		timer = setTimeout(
			() => {
				send();
				plan();
			},
			Math.min(ms, LONGEST_WAIT_MS),
		);
		// A sandbox does not keep a process alive.
		timer.unref?.();
	}

	function wake() {
		isStopped = false;
		plan();
	}

	return {
		/** Called after every change of an order. With a manual clock, callbacks wait for `advance` or `settle`. */
		changed() {
			if (!hasManualClock) wake();
		},
		advanced: wake,
		async sendAll() {
			isStopped = false;
			for (let round = 0; round < MOST_ROUNDS; round++) {
				await new Promise((resolve) => setTimeout(resolve));
				send();
				if (inProgress.size === 0) break;
				await Promise.race([...inProgress.values()].map(({ done }) => done));
			}
			plan();
		},
		serverOpened() {
			servers++;
		},
		serverClosed() {
			servers--;
			if (servers > 0) return;
			isStopped = true;
			clearTimeout(timer);
			for (const { controller } of inProgress.values()) controller.abort();
		},
	};
}

async function post(url, body, signature, controller) {
	const timer = setTimeout(() => controller.abort(), TIME_LIMIT_MS);
	timer.unref?.();
	try {
		const response = await fetch(url, {
			method: "POST",
			headers: { "content-type": "application/json; charset=utf-8", Signature: signature },
			body,
			redirect: "manual",
			signal: controller.signal,
		});
		await drain(response);
		return response.status;
	} finally {
		clearTimeout(timer);
	}
}

/** Reads a response to its end, so that its connection can be used again. A response that is too long is cancelled. */
async function drain(response) {
	const reader = response.body?.getReader();
	if (!reader) return;
	for (let length = 0; length <= LONGEST_RESPONSE;) {
		const { done, value } = await reader.read();
		if (done) return;
		length += value.length;
	}
	await reader.cancel();
}
