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
	const request = await withServer(({ origin }) =>
		contest({
			...shared,
			id: "request",
			title: "Create payouts over HTTP keep-alive, one after another",
			note: "Each library makes the JSON, sends it with the token, parses the response and reads the order's id. The baseline is a program that uses only `node:http`. Only paystar also checks the rules of a payout. Square's client cannot send requests to other paths, so it sends the values as one of Square's payments. `benches/contestants/undici-fetch.mjs` shows how paystar can use undici.",
			settings: { origin },
		}),
	);
	const throughput = await withServer(
		({ origin }) =>
			contest({
				...shared,
				id: "throughput",
				title: `Payouts created per second, ${IN_FLIGHT} calls in flight`,
				note: "On Linux, the server has a core for itself, so the rate is that of the client.",
				settings: { origin },
				inFlight: IN_FLIGHT,
				metric: "rate",
			}),
		{ hasOwnCore: true },
	);
	return { contests: [request, throughput] };
}

export const limits = ({ contests: [request, throughput] }) => [
	atMost(
		"CPU of one payout, compared with a bare `node:http` agent",
		1,
		compare(request, "paystar", "node:http agent"),
	),
	atMost("CPU of one payout, compared with Stripe's client", 0.85, compare(request, "paystar", "Stripe")),
	atLeast(
		`Payouts created per second, ${IN_FLIGHT} calls in flight, compared with Stripe's client`,
		2,
		compare(throughput, "paystar", "Stripe"),
	),
	atLeast(
		`Payouts created per second, ${IN_FLIGHT} calls in flight, compared with a bare \`node:http\` agent`,
		1.2,
		compare(throughput, "paystar", "node:http agent"),
	),
	atMost(
		`CPU of one payout, ${IN_FLIGHT} calls in flight, compared with Stripe's client`,
		0.5,
		compare(throughput, "paystar", "Stripe", "cpuRatio"),
	),
	atMost(
		'CPU of one payout with `transport: "fetch"`, compared with a bare `fetch` with a timeout',
		1.15,
		compare(request, 'paystar, transport: "fetch"', "global fetch, with a timeout"),
	),
];
