// What blocks get for "paystar": the packed package, whose clients talk to the sandbox of the block unless they are
// told whom to talk to. Nothing that a document shows can reach PayStar.
import { PayStar as PackedPayStar } from "packed";

export * from "packed";

export class PayStar extends PackedPayStar {
	constructor(options) {
		super({ baseUrl: process.env.SANDBOX_URL, ...options });
	}
}
