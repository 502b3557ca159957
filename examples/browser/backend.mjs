// The backend of the payout form. It has the keys, serves the page and the package, and creates the payouts.
//
//   PAYSTAR_PUBLIC_KEY=… PAYSTAR_PRIVATE_KEY=… PORT=3000 node backend.mjs
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { PayStar, PayStarError } from "paystar";

const LONGEST_BODY = 64 * 1024;
const packageFolder = new URL(".", import.meta.resolve("paystar"));
const paystar = new PayStar({
	payouts: { publicKey: process.env.PAYSTAR_PUBLIC_KEY, privateKey: process.env.PAYSTAR_PRIVATE_KEY },
	baseUrl: process.env.PAYSTAR_BASE_URL, // a sandbox; the default is PayStar
});

async function readBody(request) {
	let body = "";
	for await (const part of request.setEncoding("utf8")) {
		body += part;
		if (body.length > LONGEST_BODY) throw new RangeError("The body is too long.");
	}
	return JSON.parse(body);
}

/** Creates the payout. If it fails, the page gets only the parts of the error that it may show. */
async function pay(request, response) {
	let status = 200;
	let answer;
	try {
		answer = await paystar.payouts.create(await readBody(request));
	} catch (error) {
		const isOurs = error instanceof PayStarError;
		status = isOurs && error.outcome !== "unknown" ? 400 : 502;
		answer = isOurs
			? { code: error.code, outcome: error.outcome, message: error.message, issues: error.issues }
			: { message: "The payout could not be read." };
	}
	response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

/** Returns the path of a file of the page or of the package. Other folders are not served. */
function fileOf(path) {
	const [folder, name] = path.startsWith("/paystar/")
		? [packageFolder, path.slice("/paystar/".length)]
		: [new URL(".", import.meta.url), path === "/" ? "index.html" : path.slice(1)];
	const file = new URL(name, folder);
	return file.href.startsWith(folder.href) && /\.(html|js)$/.test(file.pathname) ? fileURLToPath(file) : undefined;
}

const server = createServer(async (request, response) => {
	if (request.method === "POST" && request.url === "/payouts") {
		await pay(request, response);
		return;
	}
	const file = fileOf(request.url);
	const content = file && (await readFile(file).catch(() => undefined));
	if (content === undefined) {
		response.writeHead(404).end();
		return;
	}
	const type = file.endsWith(".html") ? "text/html" : "text/javascript";
	response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(content);
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
	console.log(`listens on http://127.0.0.1:${server.address().port}`);
});
