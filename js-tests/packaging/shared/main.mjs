import * as paystar from "paystar";
import { print } from "./print.mjs";

print(paystar);
