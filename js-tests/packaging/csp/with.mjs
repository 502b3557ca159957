import * as paystar from "./node_modules/paystar/dist/index.js";
import { show } from "./show.mjs";

show(paystar);
