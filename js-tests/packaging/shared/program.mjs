// The program that every environment runs. It returns its results, and world.mjs compares them with the expected results.

/** Runs a payout from end to end, a callback, a validation and errors. `paystar` is the loaded package. */
export async function run(
	/** @type {typeof import("paystar")} */ paystar,
	/** @type {import("./settings.js").Settings} */ { baseUrl, unusedUrl, keys, order, callback, isBrowser },
) {
	const { PayStar, ConfigurationError, ConnectionError, DuplicateOrderError, SignatureError, ValidationError } =
		paystar;
	/** Returns "fine", or the code of an error if it has the expected class. */
	const outcomeOf = async (/** @type {() => unknown} */ call, /** @type {Function} */ ErrorClass) => {
		try {
			await call();
			return "fine";
		} catch (error) {
			const isRight = error instanceof ErrorClass && error instanceof paystar.PayStarError && error instanceof Error;
			return isRight ? error.code : `another error: ${error}`;
		}
	};

	const payouts = keys;
	const keysAlone = await outcomeOf(() => new PayStar({ payouts, baseUrl }), ConfigurationError);
	const client = new PayStar({ payouts, baseUrl, dangerouslyAllowBrowser: isBrowser });
	const created = await client.payouts.create(order);
	const { externalTransactionId } = order;
	const status = await client.payouts.waitUntilFinal({ externalTransactionId }, { intervalMs: 20 });
	const verified = client.callbacks.verify(callback.body, callback.signature);
	return {
		keysAlone,
		created: created.orderStatus,
		isSameOrder: status.externalId === created.externalId,
		final: status.orderStatus,
		callback: [verified.status, verified.amount],
		issues: client.payouts.validate({ ...order, amount: 0.1 + 0.2 }).map(({ path, code }) => `${path}: ${code}`),
		masked: paystar.maskCardNumber("4111111111111111"),
		forged: await outcomeOf(() => client.callbacks.verify(callback.body, "0".repeat(64)), SignatureError),
		invalid: await outcomeOf(() => client.payouts.create({ ...order, amount: "-1" }), ValidationError),
		again: await outcomeOf(() => client.payouts.create(order), DuplicateOrderError),
		unreachable: await outcomeOf(() => new PayStar({ baseUrl: unusedUrl }).payouts.create(order), ConnectionError),
	};
}
