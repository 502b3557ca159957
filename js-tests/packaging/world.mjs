// The common parts of all environments: a sandbox over HTTP, pages in Chromium, and processes. All run locally.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { launchChromium, noChromium } from "../support/chromium.mjs";

const KEYS = { publicKey: "pk_packaging", privateKey: "sk_packaging_5d02" };
const AMOUNT = "9007199254740993.01";
/** This port has no official service, and no system gives it to a server that asks for a free port. */
const UNUSED_URL = "http://127.0.0.1:4";
const LONGEST_RUN_MS = 480_000;
const LONGEST_ANSWER_MS = 60_000;
const MOST_OUTPUT = 1024 * 1024;

/** An environment that this machine does not have. It is reported, but is not a failure. */
export class LeftOut extends Error {}

const EXPECTED = {
	created: "Created",
	isSameOrder: true,
	final: "Success",
	callback: ["Created", AMOUNT],
	issues: ["amount: not_exact"],
	masked: "411111******1111",
	forged: "signature_mismatch",
	invalid: "validation_failed",
	again: "duplicate_order",
	unreachable: "connection_failed",
};

const listen = (server) =>
	new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen({ port: 0, host: "127.0.0.1" }, () => resolve(`http://127.0.0.1:${server.address().port}`));
	});

const close = (server) => {
	server.close();
	server.closeAllConnections();
};

const CORS = {
	"access-control-allow-origin": "*",
	"access-control-allow-methods": "GET, POST",
	"access-control-allow-headers": "authorization, content-type, x-paystar-host",
};

/** A server in front of the sandbox. Pages of all origins can use it. */
const createFront = (sandboxUrl) =>
	createServer((request, response) => {
		if (request.method === "OPTIONS") {
			response.writeHead(204, CORS).end();
			return;
		}
		const { method, headers } = request;
		const onward = httpRequest(sandboxUrl + request.url, { method, headers }, (answer) => {
			response.writeHead(answer.statusCode, { ...answer.headers, ...CORS });
			answer.pipe(response);
		});
		onward.on("error", () => response.destroy());
		request.pipe(onward);
	});

const MIME = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/** A server for the files of a folder. */
const createFileServer = (folder) =>
	createServer((request, response) => {
		const file = join(folder, normalize(new URL(request.url, "http://files").pathname));
		try {
			if (!file.startsWith(folder + sep)) throw new Error("outside");
			const content = readFileSync(file);
			response.writeHead(200, { "content-type": MIME[extname(file)] ?? "application/octet-stream" }).end(content);
		} catch {
			response.writeHead(404).end();
		}
	});

/** Returns the raw body and the signature of a callback of a sandbox. */
async function takeCallback({ PayStar }, { Sandbox }) {
	const sandbox = new Sandbox({
		payouts: KEYS,
		clock: "manual",
		overdraft: AMOUNT,
		callbackUrl: UNUSED_URL,
		callbacks: { retryAfterMs: [] },
	});
	const { payouts } = new PayStar({ payouts: KEYS, baseUrl: "http://sandbox", fetch: sandbox.fetch });
	await payouts.create({ amount: AMOUNT, currency: "USD", externalTransactionId: "Callback-1" });
	await sandbox.settle();
	const [{ body, signature }] = sandbox.listCallbacks();
	return { body, signature };
}

/** Runs a command until it ends, or until its output matches `ready`. */
function spawnProgram(command, args, { cwd, env, ready, after }) {
	const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, timeout: LONGEST_RUN_MS });
	after(() => child.kill());
	let output = "";
	return new Promise((resolve, reject) => {
		const fail = (why) => reject(new Error(`${command} ${args.join(" ")} ${why}\n${output}`));
		const take = (part) => {
			output += part;
			if (output.length > MOST_OUTPUT) child.kill();
			const match = ready?.exec(output);
			if (match) resolve(match);
		};
		child.stdout.on("data", take);
		child.stderr.on("data", take);
		child.on("error", ({ message }) => fail(message));
		child.on("close", (status, signal) =>
			status === 0 && !ready ? resolve(output) : fail(`ended with ${signal ?? status}`),
		);
	});
}

/** Starts the common servers. `paystar` and `sandboxEntry` are entries of the packed package. */
export async function openWorld(paystar, sandboxEntry) {
	const sandbox = new sandboxEntry.Sandbox({
		payouts: KEYS,
		overdraft: "999999999999999999",
		callbacks: false,
		processingAfterMs: 20,
		finalAfterMs: 50,
	});
	const sandboxServer = await sandbox.listen();
	const front = createFront(sandboxServer.url);
	const baseUrl = await listen(front);
	const callback = await takeCallback(paystar, sandboxEntry);
	let orders = 0;
	let browser;

	const settingsOf = (isBrowser) => {
		const order = { amount: AMOUNT, currency: "USD", externalTransactionId: `Order-${++orders}` };
		return { baseUrl, unusedUrl: UNUSED_URL, keys: KEYS, order, callback, isBrowser };
	};

	async function launch() {
		if (noChromium) throw new LeftOut(noChromium);
		browser ??= await launchChromium();
		return browser;
	}

	/** The functions for one environment with its `folder`. */
	function enter(folder) {
		const endings = [];
		const after = (ending) => endings.push(ending);

		/** Opens a page, and reads the results that it shows. */
		async function open(origin, path) {
			const page = await (await launch()).newPage();
			after(() => page.close());
			const told = [];
			page.on("console", (message) => told.push(message.text()));
			page.on("pageerror", (error) => told.push(String(error)));
			await page.goto(`${origin}/${path}?${new URLSearchParams({ settings: JSON.stringify(settingsOf(true)) })}`);
			let text;
			try {
				text = await page.locator("#saw").textContent({ timeout: LONGEST_ANSWER_MS });
				return JSON.parse(text);
			} catch (error) {
				throw new Error([text ?? error.message, ...told].join("\n"), { cause: error });
			}
		}

		async function post(url) {
			const body = JSON.stringify(settingsOf(false));
			const response = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout(LONGEST_ANSWER_MS) });
			const text = await response.text();
			assert.equal(response.status, 200, text);
			return JSON.parse(text);
		}

		const runProgram = (command, args, env) => spawnProgram(command, args, { cwd: folder, env, after });

		async function checkProgram(command, args, env) {
			const settings = JSON.stringify(settingsOf(false));
			const output = await runProgram(command, args, { ...env, PAYSTAR_SETTINGS: settings });
			const saw = /saw (\{.*\})/.exec(output)?.[1];
			assert.ok(saw, output);
			assert.deepEqual(JSON.parse(saw), { keysAlone: "fine", ...EXPECTED });
		}

		return {
			folder,
			after,
			open,
			post,
			runProgram,
			runNode: (args, env) => runProgram(process.execPath, args, env),
			/** Starts a server. Returns its address: the first group of `ready`. */
			startNode: async (args, env, ready) =>
				(await spawnProgram(process.execPath, args, { cwd: folder, env, ready, after }))[1],
			/** Serves the files of the folder. Resolves to the address. */
			serve() {
				const server = createFileServer(folder);
				after(() => close(server));
				return listen(server);
			},
			/** A file of the package that npm chose for this platform. `scope` is the scope of the package. */
			binary(scope, file) {
				const packages = join(folder, "node_modules", scope);
				const paths = existsSync(packages) ? readdirSync(packages).map((name) => join(packages, name, file)) : [];
				const path = paths.find(existsSync);
				if (!path) throw new LeftOut(`the npm registry has no binary of it for ${process.platform} ${process.arch}`);
				return path;
			},
			chromiumVersion: async () => `Chromium ${(await launch()).version()}`,
			checkProgram,
			checkNode: (args, env) => checkProgram(process.execPath, args, env),
			checkPage: async (origin, path) =>
				assert.deepEqual(await open(origin, path), { keysAlone: "configuration_invalid", ...EXPECTED }),
			checkAnswer: async (url) => assert.deepEqual(await post(url), { keysAlone: "fine", ...EXPECTED }),
			async leave() {
				for (const ending of endings.reverse()) await ending();
			},
		};
	}

	return {
		enter,
		async close() {
			await browser?.close();
			close(front);
			await sandboxServer.close();
		},
	};
}
