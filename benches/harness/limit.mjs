// Limits for measured numbers.
import { ratio } from "./numbers.mjs";

const row = (what, word, limit, measured, unit, isKept) => ({
	what,
	limit: `${word} ${limit}${unit}`,
	// A contestant that was left out has no number, so its limit is not kept.
	measured: measured === undefined ? null : `${ratio(measured)}${unit}`,
	isMet: measured !== undefined && isKept,
});

export const atMost = (what, limit, measured, unit = "") =>
	row(what, "at most", limit, measured, unit, measured <= limit);
export const atLeast = (what, limit, measured, unit = "") =>
	row(what, "at least", limit, measured, unit, measured >= limit);

/** The ratio of two numbers of the same run. Undefined if one of them was left out. */
export function compare(contest, name, other, key = "ratio") {
	const value = (wanted) => contest.rows.find((row) => row.name === wanted)?.[key];
	const [top, bottom] = [value(name), value(other)];
	return top === undefined || bottom === undefined ? undefined : top / bottom;
}
