import * as paystar from "paystar";
import { run } from "../../program.mjs";

export const runtime = "edge";

export const POST = async (request) => Response.json(await run(paystar, await request.json()));
