// A limit that a measured number must keep.
import { ratio } from "./numbers.mjs";

const row = (what, word, limit, measured, unit, isKept) => ({
	what,
	limit: `${word} ${limit}${unit}`,
	// What was left out has no number, and so keeps no limit.
	measured: measured === undefined ? null : `${ratio(measured)}${unit}`,
	isMet: measured !== undefined && isKept,
});

export const atMost = (what, limit, measured, unit = "") =>
	row(what, "at most", limit, measured, unit, measured <= limit);
export const atLeast = (what, limit, measured, unit = "") =>
	row(what, "at least", limit, measured, unit, measured >= limit);

/** One number against another of the same run; undefined where one of them was left out. */
export function compare(contest, name, other, key = "ratio") {
	const value = (wanted) => contest.rows.find((row) => row.name === wanted)?.[key];
	const [top, bottom] = [value(name), value(other)];
	return top === undefined || bottom === undefined ? undefined : top / bottom;
}
