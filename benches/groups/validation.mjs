import { contest } from "../harness/contest.mjs";
import { atMost, compare } from "../harness/limit.mjs";
import { contestants } from "../contestants/validation.mjs";

export const title = "Validation";

export const peers = ["typebox", "ajv", "valibot", "zod", "yup"];

const BASELINE = "hand-written JS";
const PEERS = ["Ajv", "Valibot", "Zod 4"];
const PEERS_ON_INVALID = ["TypeBox", ...PEERS, "Yup"];

export async function run(effort) {
	const module = new URL("../contestants/validation.mjs", import.meta.url).href;
	const shared = { module, names: Object.keys(contestants), baseline: BASELINE, effort };
	return {
		contests: [
			await contest({
				...shared,
				id: "valid",
				title: "The rules of a payout, checked on an object that keeps them",
				note: "Each gives a list of all that is wrong; here it is empty. The rules are in `benches/contestants/rules.mjs`: forms and limits of every member, the amount exact in its currency, the card's check digit. The peers leave out what only paystar checks on top: `additionalFields` as an array, letters that only look like others, hints at the key that was meant, the dictionaries of countries and operators. Yup has no rule for members without a name, so a function of ours checks them.",
				settings: { isValid: true },
			}),
			await contest({
				...shared,
				id: "invalid",
				title: "The same on an object with four mistakes",
				note: "Each names all four.",
				settings: { isValid: false },
			}),
		],
	};
}

export const limits = ({ contests: [valid, invalid] }) => [
	atMost("`payouts.validate` of valid input, of hand-written JS", 4, compare(valid, "paystar", BASELINE)),
	atMost("`payouts.validate` of invalid input, of hand-written JS", 5, compare(invalid, "paystar", BASELINE)),
	...PEERS.map((peer) => atMost(`\`payouts.validate\` of valid input, of ${peer}`, 1, compare(valid, "paystar", peer))),
	...PEERS_ON_INVALID.map((peer) =>
		atMost(`\`payouts.validate\` of invalid input, of ${peer}`, 1, compare(invalid, "paystar", peer)),
	),
];
