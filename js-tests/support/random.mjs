// Random cases that a seed repeats.

/** The seed of this run. `SEED=1 node --test NAME.test.mjs` repeats a run. */
export const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** A small generator of random numbers (mulberry32). The function returns whole numbers below its argument. */
export function randomsOf(start) {
	let state = start;
	return (limit) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
	};
}

/** What a function returns or throws, without stacks. */
export function outcomeOf(work) {
	try {
		return { value: work() };
	} catch ({ name, code, message, outcome }) {
		return { name, code, message, outcome };
	}
}
