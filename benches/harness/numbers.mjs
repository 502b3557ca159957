// Statistics of small samples, and the format of numbers.

/** A quantile of sorted values. It can be between two of them. */
export function quantile(values, share) {
	if (values.length === 0) return NaN;
	const sorted = values.toSorted((a, b) => a - b);
	const at = (sorted.length - 1) * share;
	const below = Math.floor(at);
	const above = Math.ceil(at);
	return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}

export const median = (values) => quantile(values, 0.5);

/** Three significant digits, in groups of three from 10,000 on: `0.253`, `12.4`, `36,100`. */
export function digits(value) {
	if (value === 0) return "0";
	const rounded = Number(value.toPrecision(3));
	if (Math.abs(rounded) >= 1000) return rounded.toLocaleString("en-US");
	return rounded.toFixed(Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))))));
}

/** A ratio with two decimals below 10, and without decimals above 100. */
export function ratio(value) {
	const decimals = Math.abs(value) < 9.95 ? 2 : Math.abs(value) < 99.5 ? 1 : 0;
	return value.toFixed(decimals);
}
