import { contest } from "../harness/contest.mjs";
import { atLeast, atMost, compare } from "../harness/limit.mjs";
import { withServer } from "../harness/with-server.mjs";
import { contestants } from "../contestants/requests.mjs";

export const title = "Requests";

export const peers = ["undici", "stripe", "axios", "got", "openai", "square"];

const IN_FLIGHT = 64;

export async function run(effort) {
	const module = new URL("../contestants/requests.mjs", import.meta.url).href;
	const shared = { module, names: Object.keys(contestants), baseline: "node:http agent", effort };
	return withServer(async ({ origin }) => ({
		contests: [
			await contest({
				...shared,
				id: "request",
				title: "One payout created over HTTP keep-alive, one after another",
				note: "Each makes the JSON, sends it with the token, parses the answer and takes the order's id from it; the baseline is what one writes on `node:http`. Only paystar checks the payout's rules on the way. Square's client has no call for other paths, so it sends the values as a payment of its own. How undici stands behind paystar: `benches/contestants/undici-fetch.mjs`.",
				settings: { origin },
			}),
			await contest({
				...shared,
				id: "throughput",
				title: `Payouts created a second, ${IN_FLIGHT} in flight`,
				settings: { origin },
				inFlight: IN_FLIGHT,
				metric: "rate",
			}),
		],
	}));
}

export const limits = ({ contests: [request, throughput] }) => [
	atMost("A payout created, CPU of a bare `node:http` agent's", 1.3, compare(request, "paystar", "node:http agent")),
	atMost("A payout created, CPU of Stripe's client's", 1, compare(request, "paystar", "Stripe")),
	atLeast(`Payouts a second at ${IN_FLIGHT} in flight, of Stripe's`, 1.6, compare(throughput, "paystar", "Stripe")),
	atMost(
		'A payout created with `transport: "fetch"`, CPU of a bare `fetch` with a timeout',
		1.15,
		compare(request, 'paystar, transport: "fetch"', "global fetch, with a timeout"),
	),
];
