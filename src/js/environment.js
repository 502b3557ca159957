/** Whether this is a page or a worker of a page. Then everybody who opens the page can read the keys of this program. */
export function isBrowser() {
	const isPage = typeof window !== "undefined" && typeof window.document !== "undefined";
	// Deno and Cloudflare have worker scopes on servers.
	const isServer = /Cloudflare-Workers|Deno|Bun|Node\.js/.test(globalThis.navigator?.userAgent ?? "");
	const isWorker = typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope;
	return isPage || (isWorker && !isServer);
}

/**
 * Whether this is Node. Deno, Bun and Cloudflare have other implementations of `node:http`. Before 20.16, Node cannot load
 * a built-in module without an import.
 */
export function hasNodeHttp() {
	const { process, navigator } = globalThis;
	const isOther = ["Deno", "Bun", "EdgeRuntime"].some((name) => name in globalThis);
	return (
		!isOther &&
		navigator?.userAgent !== "Cloudflare-Workers" &&
		process?.release?.name === "node" &&
		typeof process.getBuiltinModule === "function"
	);
}

/** The origin of this page or of this worker, such as `https://shop.example`. */
export function pageOrigin() {
	const origin = isBrowser() ? globalThis.location?.origin : undefined;
	return typeof origin === "string" && origin.startsWith("http") ? origin : undefined;
}

/** Whether the platform accepts a text as a URL. */
export function isUrl(text, origin) {
	try {
		return new URL(text, origin).href !== "";
	} catch {
		return false;
	}
}

/** The warnings that were printed. */
const printed = new Set();

/** Prints a warning once. */
export function warnOnce(message) {
	if (printed.has(message)) return;
	printed.add(message);
	const { process } = globalThis;
	if (typeof process?.emitWarning === "function") process.emitWarning(message, { type: "PayStarWarning" });
	else console.warn(`paystar: ${message}`);
}
