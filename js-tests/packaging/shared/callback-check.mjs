// What an environment must do with callbacks: all cases of `runMatrix`, with its own servers.
import { PayStar } from "paystar";
import { assertAllOk, KEYS, openControl, printMatrix, runMatrix } from "./callback-matrix.mjs";

/** `serve(settings)` starts the server of a framework, and resolves to options of `runMatrix`. */
export async function checkCallbacks(world, framework, serve) {
	const control = await openControl();
	world.after(() => control.close());
	const signer = new PayStar({ payouts: KEYS, baseUrl: control.url });
	const served = await serve({ control: control.url, keys: KEYS });
	const row = await runMatrix({ framework, control, sign: (body) => signer.callbacks.sign(body), ...served });
	printMatrix([row]);
	assertAllOk(row);
}

/** The options for a server with web-standard requests. */
export const webRoutes = (url) => ({
	url: new URL("/callback", url).href,
	parsedUrl: new URL("/parsed", url).href,
	fix: /read request\.clone\(\)/,
});
