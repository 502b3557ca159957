import * as paystar from "paystar";
import { test } from "vitest";
import { print } from "./print.mjs";

test("the program", () => print(paystar));
