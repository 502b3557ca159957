// Its webhooks carry no signature, so that is done by hand.
import { createMollieClient } from "@mollie/api-client";
import "./by-hand.mjs";

createMollieClient({ apiKey: "test_benches_of_thirty_letters_long" });
