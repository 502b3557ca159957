// A time limit for a promise.

/** Settles like `work`, but not later than after `ms`. Then it rejects with the error that `makeError` returns. */
export async function within(ms, work, makeError) {
	let timer;
	const limit = new Promise((_, reject) => (timer = setTimeout(() => reject(makeError()), ms)));
	try {
		return await Promise.race([work, limit]);
	} finally {
		clearTimeout(timer);
	}
}
