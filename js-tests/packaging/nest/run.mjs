import "reflect-metadata";
import { Controller, Module, Post, Req, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import * as paystar from "paystar";
import * as server from "paystar/server";
import { makeHandle } from "./callback-app.mjs";
import { makePanel } from "./panel-app.mjs";
import { checkPanel, openPayStar } from "./panel-check.mjs";
import { assertAllOk, KEYS, openControl, printMatrix, runMatrix } from "./callback-matrix.mjs";

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

async function serve(world, handler, options) {
	const app = await NestFactory.create(moduleWith(handler), { logger: false, ...options });
	await app.listen(0, "127.0.0.1");
	world.after(() => {
		app.getHttpServer().closeAllConnections();
		return app.close();
	});
	return `http://127.0.0.1:${app.getHttpServer().address().port}/callback`;
}

async function check(world, framework, options, leftOut) {
	const control = await openControl();
	world.after(() => control.close());
	const handler = server.toNodeHandler(makeHandle(paystar, server, { control: control.url, keys: KEYS }));
	const signer = new paystar.PayStar({ payouts: KEYS, baseUrl: control.url });
	const row = await runMatrix({
		framework,
		url: await serve(world, handler, options),
		parsedUrl: await serve(world, handler, {}),
		fix: /NestJS: .*rawBody: true/,
		control,
		sign: (body) => signer.callbacks.sign(body),
		leftOut,
	});
	printMatrix([row]);
	assertAllOk(row);
}

async function checkNestPanel(world) {
	const { sandbox, settings } = await openPayStar(world);
	const app = await NestFactory.create(
		moduleWith(() => {}),
		{ logger: false, bodyParser: false },
	);
	app.use("/paystar", server.toNodeHandler(makePanel(paystar, server, settings)));
	await app.listen(0, "127.0.0.1");
	world.after(() => {
		app.getHttpServer().closeAllConnections();
		return app.close();
	});
	await checkPanel(`http://127.0.0.1:${app.getHttpServer().address().port}`, sandbox);
}

// With `rawBody`, Nest reads the body itself. It has its own limit, and its own response if the body is too large.
const OF_NEST = ["200 KB", "1 MB", "stalls"];

export const rows = {
	"NestJS, callbacks with bodyParser: false": (world) => check(world, "NestJS, no parser", { bodyParser: false }, []),
	"NestJS, callbacks with rawBody: true": (world) => check(world, "NestJS, rawBody", { rawBody: true }, OF_NEST),
	"NestJS, panel": checkNestPanel,
};
