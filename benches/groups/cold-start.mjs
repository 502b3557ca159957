// Processes from start to end. Each imports a library, prepares it and verifies one callback. The time of an empty process
// in the same round is subtracted.
import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
import { rotate, rowsOf } from "../harness/contest.mjs";
import { atMost } from "../harness/limit.mjs";
import { callbackBody, signatureOf } from "../contestants/sample.mjs";

export const title = "Cold start";

export const peers = [
	"standardwebhooks",
	"svix",
	"@mollie/api-client",
	"stripe",
	"axios",
	"@adyen/api-library",
	"square",
];

const LONGEST_MS = 20_000;
const EMPTY = "empty process";
const body = callbackBody();
const SECRET = Buffer.from("a secret of the benches alone");

const hmac = (key, text) => createHmac("sha256", key).update(text);

/** For Standard Webhooks and Svix: id, time and body, signed now. */
function webhook() {
	const timestamp = String(Math.floor(Date.now() / 1000));
	const signature = `v1,${hmac(SECRET, `msg_1.${timestamp}.${body}`).digest("base64")}`;
	return [body, signature, `whsec_${SECRET.toString("base64")}`, timestamp];
}

function stripe() {
	const timestamp = Math.floor(Date.now() / 1000);
	const signature = hmac("whsec_benches", `${timestamp}.${body}`).digest("hex");
	return [body, `t=${timestamp},v1=${signature}`, "whsec_benches"];
}

function square() {
	const url = "https://merchant.example/callbacks";
	return [body, hmac("key", url + body).digest("base64"), "key", url];
}

function adyen() {
	const key = SECRET.toString("hex");
	return [body, hmac(SECRET, body).digest("base64"), key];
}

const paystarSigned = () => [body, signatureOf(body)];

/** The programs in `cold-start/`, and the callback that each verifies. */
const PROGRAMS = {
	[EMPTY]: ["empty", () => []],
	"node:crypto by hand": ["by-hand", paystarSigned],
	"Standard Webhooks": ["standard-webhooks", webhook],
	Svix: ["svix", webhook],
	Mollie: ["mollie", paystarSigned],
	Stripe: ["stripe", stripe],
	axios: ["axios", paystarSigned],
	Adyen: ["adyen", adyen],
	Square: ["square", square],
	paystar: ["paystar", paystarSigned],
};

/** The package of an earlier commit, which `npm run bench -- --before REV` installs. */
const BEFORE = "paystar, the commit before";
const WITH_BEFORE = { ...PROGRAMS, [BEFORE]: ["paystar-before", paystarSigned] };

function runProgram(name) {
	const [file, argumentsOf] = WITH_BEFORE[name];
	const path = fileURLToPath(new URL(`../cold-start/${file}.mjs`, import.meta.url));
	const args = argumentsOf();
	const began = process.hrtime.bigint();
	const { status, stderr, error } = spawnSync(process.execPath, [path, ...args], {
		timeout: LONGEST_MS,
		encoding: "utf8",
	});
	const ms = Number(process.hrtime.bigint() - began) / 1e6;
	if (error) throw error;
	if (status !== 0) throw new Error(`The program ${file}.mjs ended with ${status}: ${stderr}`);
	return ms;
}

export async function run({ coldRounds, hasBefore }) {
	console.log("  Import, make a client, verify one callback");
	const runners = Object.keys(hasBefore ? WITH_BEFORE : PROGRAMS).map((name) => ({ name, samples: [], overEmpty: [] }));
	const programs = runners.filter(({ name }) => name !== EMPTY);
	const empty = runners.find(({ name }) => name === EMPTY);
	// The first run reads files from the disk.
	for (const { name } of runners) runProgram(name);
	for (let round = 0; round < coldRounds; round++) {
		const emptyMs = [];
		for (const runner of rotate(programs, round)) {
			const without = runProgram(EMPTY);
			const ms = runProgram(runner.name);
			emptyMs.push(without);
			runner.samples.push(ms);
			runner.overEmpty.push(ms - without);
		}
		empty.samples.push(emptyMs[0]);
		empty.overEmpty.push(0);
	}
	return { contests: [tableOf(runners)] };
}

function tableOf(runners) {
	const added = rowsOf(
		runners.map(({ name, overEmpty }) => ({ name, samples: overEmpty })),
		EMPTY,
	);
	return {
		id: "cold-start",
		title: "Import, make a client, verify one callback: time above an empty process",
		note: "The time is from the start to the end of a process. Axios and Mollie cannot verify callbacks, so their programs use `node:crypto`.",
		metric: "wall",
		baseline: EMPTY,
		rows: rowsOf(runners, EMPTY).map((row, index) => ({ ...row, overEmpty: added[index].median })),
		skipped: [],
	};
}

export const limits = ({ contests: [coldStart] }) => {
	const added = (name) => coldStart.rows.find((row) => row.name === name)?.overEmpty;
	const before = added(BEFORE);
	return [
		atMost(
			"Cold start minus an empty Node process, compared with Standard Webhooks",
			2,
			added("paystar") / added("Standard Webhooks"),
		),
		atMost(
			"Cold start minus an empty Node process, compared with the package before the fast paths",
			1,
			before && added("paystar") / before,
		),
	];
};
