import * as paystar from "paystar";
import { print } from "./print.mjs";

test("the program", () => print(paystar));
