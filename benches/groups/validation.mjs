import { contest } from "../harness/contest.mjs";
import { atMost, compare } from "../harness/limit.mjs";
import { contestants } from "../contestants/validation.mjs";

export const title = "Validation";

export const peers = ["typebox", "ajv", "valibot", "zod", "yup"];

const BASELINE = "hand-written JS";
const PEERS = ["Zod 4", "Yup"];
const PEERS_ON_INVALID = [...PEERS, "Valibot", "TypeBox"];

export async function run(effort) {
	const module = new URL("../contestants/validation.mjs", import.meta.url).href;
	const shared = { module, names: Object.keys(contestants), baseline: BASELINE, effort };
	return {
		contests: [
			await contest({
				...shared,
				id: "valid",
				title: "Check a valid payout",
				note: "Each library returns a list of all mistakes. Here the list is empty. `benches/contestants/rules.mjs` contains the rules: the format and the limits of every member, the decimals of the currency, and the check digit of the card. Only paystar also accepts `additionalFields` as an array, finds look-alike characters, suggests the right key for a misspelt key, and knows the countries and telecom operators. Yup has no rule for unknown keys, so a function of the benchmark checks them.",
				settings: { isValid: true },
			}),
			await contest({
				...shared,
				id: "invalid",
				title: "Check a payout with four mistakes",
				note: "Each library reports all four mistakes.",
				settings: { isValid: false },
			}),
		],
	};
}

export const limits = ({ contests: [valid, invalid] }) => [
	atMost("`payouts.validate` of valid input, compared with hand-written JS", 4, compare(valid, "paystar", BASELINE)),
	atMost(
		"`payouts.validate` of invalid input, compared with hand-written JS",
		8,
		compare(invalid, "paystar", BASELINE),
	),
	...PEERS.map((peer) =>
		atMost(`\`payouts.validate\` of valid input, compared with ${peer}`, 1, compare(valid, "paystar", peer)),
	),
	...PEERS_ON_INVALID.map((peer) =>
		atMost(`\`payouts.validate\` of invalid input, compared with ${peer}`, 1, compare(invalid, "paystar", peer)),
	),
];
