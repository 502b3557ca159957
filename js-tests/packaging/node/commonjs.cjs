const paystar = require("paystar");

import("./print.mjs").then(({ print }) => print(paystar));
