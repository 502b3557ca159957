// Sends the sandbox's callbacks. What is due, and what becomes of it, is decided in Rust.

const TIME_LIMIT_MS = 5_000;
const LONGEST_ANSWER = 64 * 1024;
/** Longer waits overflow the timers of all engines. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;
/** More than the callbacks that can wait, all their attempts included. */
const MOST_ROUNDS = 2_000_000;

/**
 * `due()` is what is to be sent now, `answered(id, status)` takes how it went, `wait()` is how many milliseconds to
 * sleep until something is due, or undefined.
 */
export function makeCourier(due, answered, wait, hasManualClock) {
	const underWay = new Map();
	let timer;
	let servers = 0;
	let isStopped = false;

	async function deliver({ id, url, body, signature }, controller) {
		let status;
		try {
			status = await post(url, body, signature, controller);
		} catch {
			// No answer: refused, broken, too late or stopped.
		}
		underWay.delete(id);
		answered(id, status);
		plan();
	}

	function send() {
		for (const delivery of due()) {
			const controller = new AbortController();
			underWay.set(delivery.id, { controller, done: deliver(delivery, controller) });
		}
	}

	// Always a task of its own, so the answer to the request that caused a callback has left before it.
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
		/** After all that may have made callbacks due. With a manual clock they wait for `advance` or `settle`. */
		changed() {
			if (!hasManualClock) wake();
		},
		advanced: wake,
		async settle() {
			isStopped = false;
			for (let round = 0; round < MOST_ROUNDS; round++) {
				await new Promise((resolve) => setTimeout(resolve));
				send();
				if (underWay.size === 0) break;
				await Promise.race([...underWay.values()].map(({ done }) => done));
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
			for (const { controller } of underWay.values()) controller.abort();
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

/** Reads an answer so that its connection can serve again; one that is too long is cut off. */
async function drain(response) {
	const reader = response.body?.getReader();
	if (!reader) return;
	for (let length = 0; length <= LONGEST_ANSWER;) {
		const { done, value } = await reader.read();
		if (done) return;
		length += value.length;
	}
	await reader.cancel();
}
