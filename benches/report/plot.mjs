// Plots as SVG text, readable on light and on dark pages.
import { METRICS } from "../harness/contest.mjs";
import { ratio } from "../harness/numbers.mjs";

const WIDTH = 760;
const FONT = "ui-sans-serif, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";

const STYLE = `
	svg { color-scheme: light dark; }
	.page { fill: #ffffff; stroke: #d8dee4; }
	text { font: 13px ${FONT}; fill: #424a53; }
	.title { font-size: 15px; font-weight: 600; fill: #1f2328; }
	.quiet { font-size: 11.5px; fill: #6e7781; }
	.grid { stroke: #e3e7eb; }
	.base { stroke: #6e7781; }
	.peer { fill: #8c959f; stroke: #8c959f; }
	.ours { fill: #0a7a5a; stroke: #0a7a5a; }
	text.peer, text.ours { stroke: none; }
	text.peer { fill: #424a53; }
	text.ours { font-weight: 600; }
	polyline.line { fill: none; stroke-width: 2; }
	@media (prefers-color-scheme: dark) {
		.page { fill: #0d1117; stroke: #30363d; }
		text, text.peer { fill: #c9d1d9; }
		.title { fill: #f0f6fc; }
		.quiet { fill: #8b949e; }
		.grid { stroke: #21262d; }
		.base { stroke: #8b949e; }
		.ours { fill: #3fb950; stroke: #3fb950; }
	}
`;

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const at = (value) => Number(value.toFixed(1));

const text = (x, y, words, { kind = "", anchor = "start" } = {}) =>
	`<text x="${at(x)}" y="${at(y)}"${kind && ` class="${kind}"`} text-anchor="${anchor}">${escape(words)}</text>`;

const line = (x1, y1, x2, y2, kind) =>
	`<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="${kind}"/>`;

const circle = (x, y, radius, kind) => `<circle cx="${at(x)}" cy="${at(y)}" r="${radius}" class="${kind}"/>`;

const page = (height, title, parts) =>
	[
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escape(title)}">`,
		`<style>${STYLE}</style>`,
		`<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6" class="page"/>`,
		...parts,
		"</svg>",
		"",
	].join("\n");

/** Maps values to positions on a logarithmic scale. */
function logScale([least, most], [from, to]) {
	const span = Math.log(most / least);
	return (value) => from + (Math.log(value / least) / span) * (to - from);
}

/** Round numbers between two values: 0.5, 1, 2, 5, 10, … */
function ticks(least, most, steps = [1, 2, 5]) {
	const found = [];
	for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) {
		for (const step of steps) {
			const tick = Number((step * 10 ** power).toPrecision(3));
			if (tick >= least && tick <= most) found.push(tick);
		}
	}
	return found;
}

const kindOf = (name) => (name.startsWith("paystar") ? "ours" : "peer");

/** Ratios to the baseline: each row has a point, and a line from the baseline to the point. */
export function ratioPlot({ title, metric, baseline, rows }) {
	const [left, right, top, rowHeight] = [215, 70, 66, 27];
	const { isBetter } = METRICS[metric];
	const sorted = rows.toSorted((a, b) => (isBetter === "less" ? a.ratio - b.ratio : b.ratio - a.ratio));
	const ratios = sorted.map((row) => row.ratio);
	const range = [Math.min(...ratios, 1) / 1.25, Math.max(...ratios, 1) * 1.25];
	const place = logScale(range, [left, WIDTH - right]);
	const bottom = top + sorted.length * rowHeight;
	const marks = ticks(...range, range[1] / range[0] > 60 ? [1] : [1, 2, 5]);
	return page(bottom + 40, title, [
		text(20, 28, title, { kind: "title" }),
		text(
			20,
			47,
			`Ratio to ${baseline}, on a scale of logarithms. ${isBetter === "less" ? "Left" : "Right"} is better.`,
			{
				kind: "quiet",
			},
		),
		...marks.flatMap((mark) => [
			line(place(mark), top - 4, place(mark), bottom, "grid"),
			text(place(mark), bottom + 18, `${mark}`, { kind: "quiet", anchor: "middle" }),
		]),
		line(place(1), top - 4, place(1), bottom, "base"),
		...sorted.flatMap((row, index) => {
			const y = top + (index + 0.5) * rowHeight;
			const kind = kindOf(row.name);
			return [
				text(left - 14, y + 4.5, row.name, { kind, anchor: "end" }),
				`<g stroke-width="3">${line(place(1), y, place(row.ratio), y, kind)}</g>`,
				circle(place(row.ratio), y, 5.5, kind),
				text(WIDTH - 20, y + 4.5, ratio(row.ratio), { kind, anchor: "end" }),
			];
		}),
	]);
}

/** Cost by size, both on logarithmic scales. A cost that grows linearly is a straight line. */
export function seriesPlot(all, title) {
	const [columns, width, height, top] = [2, WIDTH / 2, 280, 60];
	const parts = [
		text(20, 28, title, { kind: "title" }),
		text(20, 47, "Microseconds of CPU by size, both on scales of logarithms.", { kind: "quiet" }),
		...all.flatMap((one, index) => {
			const [x, y] = [(index % columns) * width, top + Math.floor(index / columns) * height];
			return panel(one, { left: x + 62, right: x + width - 24, top: y + 58, bottom: y + height - 34, x: x + 20, y });
		}),
	];
	return page(top + Math.ceil(all.length / columns) * height + 8, title, parts);
}

/** The approximate width of a character in the plots. */
const LETTER = 6.7;

function panel({ title, sizes, lines }, { left, right, top, bottom, x, y }) {
	const values = lines.flatMap(({ us }) => us);
	const range = [Math.min(...values) / 1.4, Math.max(...values) * 1.4];
	const across = logScale([sizes[0], sizes.at(-1)], [left, right]);
	const up = logScale(range, [bottom, top]);
	const marks = ticks(...range, range[1] / range[0] > 60 ? [1] : [1, 2, 5]);
	let legend = x;
	return [
		text(x, y + 20, title),
		...sizes.flatMap((size) => [
			line(across(size), top, across(size), bottom, "grid"),
			text(across(size), bottom + 18, size.toLocaleString("en-US"), { kind: "quiet", anchor: "middle" }),
		]),
		...marks.flatMap((tick) => [
			line(left, up(tick), right, up(tick), "grid"),
			text(left - 8, up(tick) + 4, tick.toLocaleString("en-US"), { kind: "quiet", anchor: "end" }),
		]),
		...lines.flatMap(({ name, us }, index) => {
			const kind = kindOf(name);
			const dashes = index === 0 ? "" : ' stroke-dasharray="5 4"';
			const points = us.map((value, at) => [across(sizes[at]), up(value)]);
			const place = legend;
			legend += name.length * LETTER + 44;
			return [
				`<polyline class="line ${kind}"${kind === "peer" ? dashes : ""} points="${points.map((point) => point.map(at).join(",")).join(" ")}"/>`,
				...points.map(([px, py]) => circle(px, py, 3.5, kind)),
				`<polyline class="line ${kind}"${kind === "peer" ? dashes : ""} points="${place},${y + 36} ${place + 24},${y + 36}"/>`,
				text(place + 30, y + 40.5, name, { kind }),
			];
		}),
	];
}
