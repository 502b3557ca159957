import { PayStar } from "paystar-before";

const [body, signature] = process.argv.slice(2);
const paystar = new PayStar({ payouts: { publicKey: "pk_benches_5d1e", privateKey: "sk_benches_0f8b4c2a9d7e" } });
paystar.callbacks.verify(body, signature);
