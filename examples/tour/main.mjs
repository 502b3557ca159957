// `npm start` runs this tour: first payouts, then deposits. The exit code is 0 only if every step works.
await import("./payouts.mjs");
await import("./deposits.mjs");
