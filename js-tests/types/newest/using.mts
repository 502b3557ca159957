// A client with `using`, for compilers that know it. This file is compiled, but never run.
import { PayStar } from "paystar";

using paystar = new PayStar({ baseUrl: "http://127.0.0.1:4010" });
const disposable: Disposable = paystar;
// @ts-expect-error: namespaces cannot be created
using payouts = new PayStar.Payouts();

export { disposable, payouts };
