// The panel handler that all frameworks serve. `paystar` and `server` are the modules of the package.
export const makePanel = (paystar, server, { url, keys }) =>
	server.createPanelHandler({
		paystar: new paystar.PayStar({ payouts: keys, baseUrl: url, maxRetries: 0 }),
		authorize: (request) => request.headers.get("cookie") !== "user=guest",
		allow: ["payouts.create", "payouts.get"],
		beforeCreate: (order) =>
			order.externalTransactionId === "Order-waits"
				? { code: "approval_pending", message: "Another person must approve it." }
				: order,
	});
