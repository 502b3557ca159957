const paystar = require("paystar");

test("the program", async () => {
	const { print } = await import("./print.mjs");
	await print(paystar);
});
