import * as paystar from "paystar";
import * as server from "paystar/server";
import { makePanel } from "../../../panel-app.mjs";

let made;

/** The build loads this file without the variables of the test. */
function handle(request) {
	made ??= makePanel(paystar, server, JSON.parse(process.env.PANEL_SETTINGS));
	return made(request);
}

export { handle as GET, handle as POST };
