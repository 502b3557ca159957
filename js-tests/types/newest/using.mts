// A client in a block of its own, for compilers that know `using`. Compiled, never run.
import { PayStar } from "paystar";

using paystar = new PayStar({ baseUrl: "http://127.0.0.1:4010" });
const disposable: Disposable = paystar;
// @ts-expect-error: a namespace is no way to make a client
using payouts = new PayStar.Payouts();

export { disposable, payouts };
