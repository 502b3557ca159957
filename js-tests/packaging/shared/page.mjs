import * as paystar from "paystar";
import { show } from "./show.mjs";

show(paystar);
