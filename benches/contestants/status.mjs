// Reads a status over HTTP keep-alive, with this many entries in its history, and parses the whole response.
import { KEYS } from "./sample.mjs";

const PATH = "/api/v1/integration/withdrawal-order/";
const pathOf = (entries) => `${PATH}history-${entries}/status`;

const reader = (entries, call) => ({
	call,
	isAsync: true,
	isRight: ({ orderHistory }) => orderHistory.length === entries,
});

export const contestants = {
	"node:http agent": async ({ origin, entries }) => {
		const { Agent, get } = await import("node:http");
		const agent = new Agent({ keepAlive: true });
		const url = new URL(pathOf(entries), origin);
		return reader(
			entries,
			() =>
				new Promise((resolve, reject) => {
					get(url, { agent }, (answer) => {
						let text = "";
						answer.setEncoding("utf8");
						answer.on("data", (part) => (text += part));
						answer.on("error", reject);
						answer.on("end", () => resolve(JSON.parse(text)));
					}).on("error", reject);
				}),
		);
	},
	"global fetch": async ({ origin, entries }) =>
		reader(entries, async () => (await fetch(origin + pathOf(entries))).json()),
	paystar: async ({ origin, entries }) => {
		const { PayStar } = await import("paystar");
		const { payouts } = new PayStar({ payouts: KEYS, baseUrl: origin });
		return reader(entries, () => payouts.get(`history-${entries}`));
	},
};
