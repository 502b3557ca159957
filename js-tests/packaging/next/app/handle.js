import * as paystar from "paystar";
import * as server from "paystar/server";
import { makeHandle } from "../callback-app.mjs";

let made;

/** The build loads this file without the variables of the test. */
export function handle(request) {
	made ??= makeHandle(paystar, server, JSON.parse(process.env.CALLBACK_SETTINGS));
	return made(request);
}
