// `npm run mutants`: breaks the client on purpose, in one way at a time, in a copy of the source. The simulation must find
// each broken engine within SEEDS seeds. A JS test must find each broken transport or loader. `-- --only NAME` tries one
// mutant. `-- --check` only checks that the source still contains the texts that the mutants change.
import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { spawnSync } from "node:child_process";
import { build } from "./build.mjs";
import { JS_MUTANTS } from "./lib/js-mutants.mjs";
import { simulateArgs } from "./lib/simulation.mjs";
import { main, root, StepFailure } from "./lib/steps.mjs";
import { ensureRust } from "./lib/tools.mjs";

const SEEDS = 10_000;
const ENGINE = "crates/engine/src/create_or_find.rs";
const RETRY = "crates/engine/src/retry.rs";
const FAILURE = "crates/protocol/src/failure.rs";
const ERROR_CODE = "crates/protocol/src/error_code.rs";
const RESPONSE = "crates/protocol/src/error_response.rs";
const CALL = "crates/engine/src/call.rs";
const WAITING = "crates/engine/src/waiting.rs";
const ORDER = "crates/model/src/order.rs";
const ORDERS = "crates/protocol/src/orders.rs";
const PANEL = "crates/protocol/src/panel.rs";
const POLLING = "crates/engine/src/polling.rs";
const READING = "crates/engine/src/retried_read.rs";

/** The mutants of the Rust source, by name. A change has a file, a text in it and the text that replaces it. */
const MUTANTS = {
	"send again with a new id": [
		[
			CALL,
			"in_flight: Option<(Operation, u32)>,",
			"in_flight: Option<(Operation, u32)>,\n    pub tries: std::cell::Cell<u32>,",
		],
		[CALL, "work, in_flight: None };", "work, in_flight: None, tries: std::cell::Cell::new(0) };"],
		[
			CALL,
			"(Work::Create { creation, .. }, Operation::Create) => Cow::Borrowed(&creation.http),",
			`(Work::Create { creation, .. }, Operation::Create) => {
                self.tries.set(self.tries.get() + 1);
                if self.tries.get() == 1 {
                    return Cow::Borrowed(&creation.http);
                }
                let body = creation.http.body.as_ref().map(|body| body.replace("Order-", "New-Order-"));
                Cow::Owned(HttpRequest { body, ..creation.http.clone() })
            }`,
		],
	],
	"take a timeout for a refusal": [
		[
			FAILURE,
			"Self::Connection(departure) | Self::Timeout(departure) | Self::Interrupted(departure) => {\n                outcome_of(*departure)\n            }",
			"Self::Connection(departure) | Self::Interrupted(departure) => outcome_of(*departure),\n            Self::Timeout(_) => Outcome::Rejected,",
		],
	],
	"take a broken connection for one that was never made": [
		[
			FAILURE,
			"Self::Connection(departure) | Self::Timeout(departure) | Self::Interrupted(departure) => {\n                outcome_of(*departure)\n            }",
			"Self::Timeout(departure) | Self::Interrupted(departure) => outcome_of(*departure),\n            Self::Connection(_) => Outcome::NotSent,",
		],
	],
	"take a server error for a refusal": [
		[RESPONSE, "| ErrorCode::RequestRefused", "| ErrorCode::RequestRefused | ErrorCode::ServerError"],
	],
	"take half an answer for a refusal": [
		[RESPONSE, "| ErrorCode::RequestRefused", "| ErrorCode::RequestRefused | ErrorCode::InvalidAnswer"],
	],
	"send again without looking": [
		[
			ENGINE,
			`} else {
                self.send(Operation::Read, now)`,
			`} else {
                self.wait(Operation::Create, None, now, random)`,
		],
	],
	"believe a lookup that failed": [
		[
			ENGINE,
			"self.wait(Operation::Read, failed.failure.retry_after_ms(), now, random)",
			"self.wait(Operation::Create, failed.failure.retry_after_ms(), now, random)",
		],
	],
	"ignore 1-4007": [[RESPONSE, 'as_deref() == Some("1-4007")', 'as_deref() == Some("1-4008")']],
	"forget an earlier attempt that is unknown": [
		[
			ENGINE,
			"self.unknown.take().or_else(|| self.refused.take())",
			"self.refused.take().or_else(|| self.unknown.take())",
		],
	],
	"say after an abort that there is no order": [
		[
			ENGINE,
			"if self.unknown.is_none() && !self.is_taken() && !in_flight.is_some_and(can_create) {",
			"if self.unknown.is_none() && !self.is_taken() {",
		],
	],
	"say after an abort that an id that is taken is not this order's": [
		[ENGINE, "self.unknown.is_none() && !self.is_taken()", "self.unknown.is_none()"],
	],
	"take a request that was sent twice for a refusal": [
		[RESPONSE, "| ErrorCode::RequestRefused", "| ErrorCode::RequestRefused | ErrorCode::DuplicateOrder"],
	],
	"take an order of another amount": [
		[
			ORDERS,
			"let is_other = |amount: &String| digits(amount) != digits(&self.amount);",
			"let is_other = |_: &String| false;",
		],
	],
	"count a gateway's page as no order": [
		[
			RESPONSE,
			"404 if is_ours_or_empty && matches!(request, RequestKind::Status(_))",
			"404 if matches!(request, RequestKind::Status(_))",
		],
	],
	"know a gateway's page by its first character alone": [
		[
			RESPONSE,
			"let Ok(mut members) = Members::from_body(body) else { return Self::default() };",
			`let Ok(mut members) = Members::from_body(body) else {
            let form = if body.starts_with(b"<") { Form::Foreign } else { Form::Empty };
            return Self { form, ..Self::default() };
        };`,
		],
	],
	"take any 2xx for a creation": [[ORDERS, "200 => decode(&response.body)", "200..300 => decode(&response.body)"]],
	"believe a refusal in a page of HTML": [
		[RESPONSE, "401 if is_ours_or_empty", "401"],
		[RESPONSE, "403 if is_ours_or_empty", "403"],
		[RESPONSE, "423 if is_ours", "423"],
	],
	"believe an answer that names another order": [
		[ORDER, "Some(other) if other != external_transaction_id.as_str() =>", "Some(other) if other.is_empty() =>"],
	],
	"believe an error that names another order": [
		[RESPONSE, "self.form == Form::Object && !self.has_order && !self.has_other_id", "self.form == Form::Object"],
	],
	"believe an error of a panel about another order": [
		[PANEL, 'is_same_kind && id.is_none_or(|id| text("externalTransactionId") == id.as_str())', "is_same_kind"],
	],
	"take a panel's broken connection for one that was never made": [
		[PANEL, "FailureKind::Connection(departure)", "FailureKind::Connection(Departure::NothingSent)"],
		[PANEL, "(failure.outcome() == Some(outcome)).then_some(failure)", "Some(failure)"],
	],
	"drop the deadline": [
		[RETRY, "now >= self.deadline", "now >= self.deadline && false"],
		[RETRY, "(now.saturating_add(wait) < self.deadline).then_some(wait)", "Some(wait)"],
	],
	"ignore Retry-After": [[RETRY, "jittered.max(retry_after_ms.unwrap_or(0))", "jittered"]],
	"try without end": [[ENGINE, "*left = left.saturating_sub(1);", ""]],
	"take a status that is not final for final": [
		[ORDER, "Self::Success | Self::Failed)", "Self::Success | Self::Failed | Self::Processing)"],
	],
	"end the wait at the first failed read": [
		[
			WAITING,
			"let result = if failed.failure.code().is_refusal() {",
			"let result = if failed.failure.code().is_refusal() || true {",
		],
	],
	"end the wait for an order that PayStar does not know yet": [
		[
			ERROR_CODE,
			"Self::Unauthorized\n                | Self::Forbidden",
			"Self::Unauthorized\n                | Self::NotFound\n                | Self::Forbidden",
		],
	],
	"go on after a refusal": [
		[POLLING, "ReadResult::Refused => return Decision::GiveUp,", "ReadResult::Refused => None,"],
	],
	"wait without end": [[POLLING, "if self.is_last_read || now >= self.deadline {", "if false {"]],
	"give up before the deadline": [[POLLING, "self.is_last_read = wait >= left;", "self.is_last_read = true;"]],
	"pause beyond the deadline": [[POLLING, "Decision::Wait(wait.min(left))", "Decision::Wait(wait)"]],
	"read without a pause": [[POLLING, "Decision::Wait(wait.min(left))", "Decision::Wait(wait.min(left).min(1))"]],
	"ignore Retry-After while waiting": [[POLLING, ".max(retry_after_ms.unwrap_or(0))", ""]],
	"give the last read no time": [[POLLING, "if is_last_read { timeout_ms }", "if self.is_last_read { timeout_ms }"]],
	"wait for a report without end": [
		[POLLING, "limit_ms(self.deadline.saturating_add(extra_ms), u32::MAX, now)", "u32::MAX"],
	],
	"report a status twice": [[WAITING, "if self.last_status.as_deref() == Some(status) {", "if false {"]],
	"report only the first status": [
		[WAITING, "if self.last_status.as_deref() == Some(status) {", "if self.last_status.is_some() {"],
	],
	"forget the last known status": [
		[
			WAITING,
			"Failure::deadline(self.deadline_ms, last_status.as_deref())",
			"Failure::deadline(self.deadline_ms, None)",
		],
	],
	"believe a status of another order while waiting": [
		[ORDER, "if state.external_id == *external_id {", "if !external_id.as_str().is_empty() {"],
	],
	"read a status again without end": [[READING, "self.retries_left = self.retries_left.saturating_sub(1);", ""]],
	"read a status after the deadline": [[READING, "let is_over = self.schedule.is_over(now);", "let is_over = false;"]],
};

const copy = join(root, "target", "mutants", "source");
/** A copy of the sources of the package. */
const packageCopy = join(root, "target", "mutants", "package");

/** The new texts of the files that a mutant changes. */
function changedFiles(changes) {
	const texts = new Map();
	for (const [file, from, to] of changes) {
		const parts = (texts.get(file) ?? readFileSync(join(root, file), "utf8")).split(from);
		if (parts.length !== 2)
			throw new StepFailure(`${file} must contain this text once, but contains it ${parts.length - 1} times:\n${from}`);
		texts.set(file, parts.join(to));
	}
	return texts;
}

/**
 * Makes the copy equal to the source with these changes. It writes only files that differ. Cargo decides by the time of
 * a file whether to compile it again, so a file that gets its old text back must look new.
 */
function breakSource(changes) {
	const changed = changedFiles(changes);
	const names = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "src", "crates", "js-tests/vectors"];
	const files = new Set(names.flatMap((name) => filesOf(root, name)));
	for (const file of names.flatMap((name) => filesOf(copy, name))) {
		if (!files.has(file)) rmSync(join(copy, file));
	}
	for (const file of files) {
		const text = changed.get(file) ?? readFileSync(join(root, file), "utf8");
		const target = join(copy, file);
		if (existsSync(target) && readFileSync(target, "utf8") === text) continue;
		mkdirSync(dirname(target), { recursive: true });
		writeFileSync(target, text);
	}
}

/** The files of a folder, or the file itself, as paths from `base`. */
function filesOf(base, name) {
	if (!existsSync(join(base, name))) return [];
	if (!statSync(join(base, name)).isDirectory()) return [name];
	return readdirSync(join(base, name), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) =>
			relative(base, join(entry.parentPath ?? entry.path, entry.name))
				.split(sep)
				.join("/"),
		);
}

const simulate = (args) =>
	spawnSync("cargo", simulateArgs(args), {
		cwd: copy,
		encoding: "utf8",
		env: { ...process.env, CARGO_TARGET_DIR: join(root, "target", "mutants", "target"), RUSTFLAGS: "-Awarnings" },
	});

/** Whether the simulation catches a mutant. Prints the result. */
function isCaught(name) {
	breakSource(MUTANTS[name]);
	const { status, stderr } = simulate(["--seeds", String(SEEDS)]);
	const caught = /Seed (\d+) breaks a rule: (.+)/.exec(stderr);
	if (status === 1 && caught) {
		console.log(`✓ ${name}\n    caught by seed ${caught[1]}: ${caught[2]}`);
		return true;
	}
	console.log(`✗ ${name}\n    ${status === 0 ? "not caught" : stderr.trim()}`);
	return false;
}

/** The unchanged engine must pass. Otherwise a mutant that is caught proves nothing. */
function assertIntact() {
	breakSource([]);
	const { status, stderr } = simulate(["--seeds", String(SEEDS)]);
	if (status !== 0) throw new StepFailure(`The simulation fails without any change:\n${stderr}`);
}

/** Whether a test catches a JS mutant. Prints the result. */
function isFailing(name) {
	const { changes, tests } = JS_MUTANTS[name];
	rmSync(packageCopy, { recursive: true, force: true });
	for (const part of [
		"src",
		"crates",
		"pkg",
		"scripts",
		"js-tests",
		"README.md",
		"CHANGELOG.md",
		"LICENSE-MIT",
		"LICENSE-APACHE",
	]) {
		const filter = (path) => !path.includes("node_modules");
		cpSync(join(root, part), join(packageCopy, part), { recursive: true, filter });
	}
	for (const [file, text] of changedFiles(changes)) writeFileSync(join(packageCopy, file), text);
	const node = (args, folder) =>
		spawnSync(process.execPath, args, { cwd: join(packageCopy, folder), encoding: "utf8" });
	const built = node(["scripts/build.mjs", "--entries"], ".");
	if (built.status !== 0) throw new StepFailure(`The mutant "${name}" does not build:\n${built.stderr}`);
	mkdirSync(join(packageCopy, "js-tests", "node_modules"));
	symlinkSync(join(packageCopy, "pkg"), join(packageCopy, "js-tests", "node_modules", "paystar"), "junction");
	const { status, stdout } = node(
		["--expose-gc", "--test", "--test-reporter=tap", "--test-timeout=120000", ...tests],
		"js-tests",
	);
	const [, failed] = /^not ok \d+ - (.+)$/m.exec(stdout) ?? [];
	console.log(status === 0 ? `✗ ${name}\n    not caught` : `✓ ${name}\n    caught by "${failed}"`);
	return status !== 0;
}

await main(async () => {
	for (const changes of Object.values(MUTANTS)) changedFiles(changes);
	for (const { changes } of Object.values(JS_MUTANTS)) changedFiles(changes);
	if (process.argv.includes("--check")) return;
	const at = process.argv.indexOf("--only");
	const names = at === -1 ? [...Object.keys(JS_MUTANTS), ...Object.keys(MUTANTS)] : [process.argv[at + 1]];
	if (!names.every((name) => name in MUTANTS || name in JS_MUTANTS)) {
		throw new StepFailure(`There is no mutant "${names[0]}".`);
	}
	await ensureRust();
	// Only the JS mutants need the built package. The simulation compiles its own source.
	if (names.some((name) => name in JS_MUTANTS)) await build();
	if (names.some((name) => name in MUTANTS)) assertIntact();
	const survivors = names.filter((name) => !(name in JS_MUTANTS ? isFailing(name) : isCaught(name)));
	if (survivors.length > 0) {
		throw new StepFailure(`${survivors.length} of ${names.length} mutants were not caught within ${SEEDS} seeds.`);
	}
	console.log(`All ${names.length} mutants were caught within ${SEEDS} seeds.`);
});
