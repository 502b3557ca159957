// What `npm start` runs: the tour of payouts, then of deposits. It ends with exit code 0 only if all went as it should.
await import("./payouts.mjs");
await import("./deposits.mjs");
