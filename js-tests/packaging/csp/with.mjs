import * as paystar from "./node_modules/paystar/index.js";
import { show } from "./show.mjs";

show(paystar);
