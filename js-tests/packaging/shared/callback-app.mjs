// The handler of callbacks that all frameworks serve. Everything that the tests look at or decide goes through `control`,
// because some frameworks run it in another process.

/** `paystar` and `server` are the modules of the package. */
export function makeHandle(paystar, server, { control, keys }) {
	const ask = async (path, body) => {
		const response = await fetch(control + path, { method: "POST", body: JSON.stringify(body) });
		return response.json();
	};
	const memory = new server.MemoryCallbackStore();
	const store = {
		transaction: (externalId, work) =>
			memory.transaction(externalId, async ({ save, ...opened }) => {
				let isChanged = false;
				const note = async (record) => {
					isChanged = true;
					await save(record);
				};
				const result = await work({ ...opened, save: note });
				if (isChanged && (await ask("/commit", { externalId })).fails) throw new Error("the commit failed");
				return result;
			}),
	};
	return server.createCallbackHandler({
		paystar: new paystar.PayStar({ payouts: keys, baseUrl: control, maxRetries: 0 }),
		store,
		onCallback: async ({ externalId, status, amount }) => {
			const { throws } = await ask("/effect", { externalId, effect: `${status} ${amount}` });
			if (throws) throw new Error("the first call fails");
		},
		onRejected: async ({ code, message }, _, { status }) => {
			await ask("/rejected", { code, message, status });
		},
		bodyTimeoutMs: 500,
	});
}
