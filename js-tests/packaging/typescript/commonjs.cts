import paystar = require("paystar");
import type { Settings } from "./settings.js" with { "resolution-mode": "import" };

const settings = JSON.parse(process.env["PAYSTAR_SETTINGS"] ?? "") as Settings;
void import("./program.mjs").then(async ({ run }) =>
	console.log(`saw ${JSON.stringify(await run(paystar, settings))}`),
);
