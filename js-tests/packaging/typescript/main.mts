import * as paystar from "paystar";
import { run } from "./program.mjs";
import type { Settings } from "./settings.js";

const settings = JSON.parse(process.env["PAYSTAR_SETTINGS"] ?? "") as Settings;
const saw = await run(paystar, settings);
const final: string = saw.final;
console.log(`saw ${JSON.stringify({ ...saw, final })}`);
