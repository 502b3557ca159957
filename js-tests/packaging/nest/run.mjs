import "reflect-metadata";
import { Controller, Module, Post, Req, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import * as paystar from "paystar";
import * as server from "paystar/server";
import { makeHandle } from "./callback-app.mjs";
import { makePanel } from "./panel-app.mjs";
import { checkPanel, openPayStar } from "./panel-check.mjs";
import { checkCallbacks } from "./callback-check.mjs";

export const tool = "@nestjs/core";

/** A controller as TypeScript would write it: `@Post() callback(@Req() request, @Res() response)`. */
function moduleWith(handler) {
	class CallbackController {
		callback(request, response) {
			return handler(request, response);
		}
	}
	const descriptor = Object.getOwnPropertyDescriptor(CallbackController.prototype, "callback");
	Req()(CallbackController.prototype, "callback", 0);
	Res()(CallbackController.prototype, "callback", 1);
	Post("callback")(CallbackController.prototype, "callback", descriptor);
	Controller()(CallbackController);
	class AppModule {}
	Module({ controllers: [CallbackController] })(AppModule);
	return AppModule;
}

async function serve(world, handler, options, prepare = () => {}) {
	const app = await NestFactory.create(moduleWith(handler), { logger: false, ...options });
	prepare(app);
	await app.listen(0, "127.0.0.1");
	world.after(() => {
		app.getHttpServer().closeAllConnections();
		return app.close();
	});
	return `http://127.0.0.1:${app.getHttpServer().address().port}`;
}

const check = (world, framework, options, leftOut) =>
	checkCallbacks(world, framework, async (settings) => {
		const handler = server.toNodeHandler(makeHandle(paystar, server, settings));
		return {
			url: `${await serve(world, handler, options)}/callback`,
			parsedUrl: `${await serve(world, handler, {})}/callback`,
			fix: /NestJS: .*rawBody: true/,
			leftOut,
		};
	});

async function checkNestPanel(world) {
	const { sandbox, settings } = await openPayStar(world);
	const panel = server.toNodeHandler(makePanel(paystar, server, settings));
	const url = await serve(
		world,
		() => {},
		{ bodyParser: false },
		(app) => app.use("/paystar", panel),
	);
	await checkPanel(url, sandbox);
}

// With `rawBody`, Nest reads the body itself. It has its own limit, and its own response if the body is too large.
const OF_NEST = ["200 KB", "1 MB", "stalls"];

export const rows = {
	"NestJS, callbacks with bodyParser: false": (world) => check(world, "NestJS, no parser", { bodyParser: false }, []),
	"NestJS, callbacks with rawBody: true": (world) => check(world, "NestJS, rawBody", { rawBody: true }, OF_NEST),
	"NestJS, panel": checkNestPanel,
};
