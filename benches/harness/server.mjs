// A server with PayStar's responses, in a separate process. It reads HTTP from TCP without a library. A server of
// `node:http` costs as much as the clients that are measured, and would limit the fastest client.
import { createServer } from "node:net";
import { answerOf } from "./answers.mjs";

const LONGEST_HEAD = 16 * 1024;
const LONGEST_BODY = 1024 * 1024;
const MOST_AUTHORIZATIONS = 1000;

const END_OF_HEAD = "\r\n\r\n";
const NO_LENGTH = Buffer.from("HTTP/1.1 411 Length Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");

/** How often each value of the header came. */
const authorizations = new Map();

function note(head) {
	const value = /\r\nauthorization: *([^\r]*)/i.exec(head)?.[1] ?? "";
	if (authorizations.has(value) || authorizations.size < MOST_AUTHORIZATIONS) {
		authorizations.set(value, (authorizations.get(value) ?? 0) + 1);
	}
}

/** Answers each whole request in the bytes. Returns the rest of the bytes, or undefined if no bytes are left. */
function answerAll(socket, bytes) {
	let rest = bytes;
	while (rest.length > 0) {
		const end = rest.indexOf(END_OF_HEAD);
		if (end === -1) return rest.length > LONGEST_HEAD ? undefined : rest;
		const head = rest.latin1Slice(0, end);
		if (/\r\ntransfer-encoding:/i.test(head)) {
			socket.end(NO_LENGTH);
			return undefined;
		}
		const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
		if (length > LONGEST_BODY) return undefined;
		const total = end + END_OF_HEAD.length + length;
		if (rest.length < total) return rest;
		note(head);
		socket.write(answerOf(head.slice(0, head.indexOf("\r\n"))));
		rest = rest.subarray(total);
	}
	return rest;
}

const server = createServer({ noDelay: true }, (socket) => {
	let waiting = Buffer.alloc(0);
	socket.on("error", () => {});
	socket.on("data", (part) => {
		const left = answerAll(socket, waiting.length === 0 ? part : Buffer.concat([waiting, part]));
		if (left === undefined) socket.destroySoon();
		else waiting = left;
	});
});

const tasks = {
	listen: () =>
		new Promise((resolve, reject) => {
			server.once("error", reject);
			// Ten thousand connections may come at once.
			server.listen({ port: 0, host: "127.0.0.1", backlog: 16_384 }, () => resolve({ port: server.address().port }));
		}),
	authorizations: () => Object.fromEntries(authorizations),
	forget: () => authorizations.clear(),
};

process.on("message", async ({ task }) => {
	try {
		process.send({ value: (await tasks[task]()) ?? {} });
	} catch (error) {
		process.send({ error: error.stack });
	}
});
process.on("disconnect", () => process.exit());
