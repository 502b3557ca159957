// The same types with require.
import paystar = require("paystar");
import sandbox = require("paystar/sandbox");

const client: paystar.PayStar = new paystar.PayStar({ baseUrl: "http://127.0.0.1:4010" });
const world: sandbox.Sandbox = new sandbox.Sandbox({ payouts: { token: "a.b.c" } });
export = { client, world };
