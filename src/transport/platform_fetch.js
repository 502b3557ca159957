/**
 * Whether a function is the `fetch` of this platform, and not a function that replaced it. A function that wraps it has
 * other source code.
 */
export function isPlatformsFetch(fetch) {
	try {
		const code = Function.prototype.toString.call(fetch);
		return (
			/^function fetch\(\) \{\s*\[native code\]\s*\}$/.test(code) ||
			/^function fetch\(input, init = undefined\) \{.*require\('internal\/deps\/undici\/undici'\)/s.test(code)
		);
	} catch {
		return false;
	}
}
