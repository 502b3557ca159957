// The webhooks of this library have no signature, so the program verifies it.
import { createMollieClient } from "@mollie/api-client";
import "./by-hand.mjs";

createMollieClient({ apiKey: "test_benches_of_thirty_letters_long" });
