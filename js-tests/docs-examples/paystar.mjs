// The blocks import this file as "paystar". It is the packed package, but by default its clients send requests to the
// sandbox of the block. So no example can send a request to PayStar.
import { PayStar as PackedPayStar } from "packed";

export * from "packed";

export class PayStar extends PackedPayStar {
	constructor(options) {
		super({ baseUrl: process.env.SANDBOX_URL, ...options });
	}
}
