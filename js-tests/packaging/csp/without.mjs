// The import works, and the page works. But each use of the package fails.
import { ConfigurationError, PayStar, maskCardNumber } from "./node_modules/paystar/dist/index.js";
import { settings, showResult } from "./show.mjs";

const failureOf = (use) => {
	try {
		return `no failure, but ${use()}`;
	} catch (error) {
		const { name, code, outcome, retryable, message, cause } = error;
		const isRight = error instanceof ConfigurationError && cause instanceof WebAssembly.CompileError;
		return { isRight, name, code, outcome, retryable, message };
	}
};

showResult(async () => {
	const { baseUrl } = settings();
	const failures = [() => new PayStar({ baseUrl }), () => maskCardNumber("4111111111111111")].map(failureOf);
	const { status } = await fetch(`${baseUrl}/`);
	return { failures, status };
});
