import type { KeyPair, OrderRequest } from "paystar";

/** What the program is told by its environment. */
export interface Settings {
	/** A sandbox over HTTP. */
	baseUrl: string;
	/** Where nothing listens. */
	unusedUrl: string;
	keys: KeyPair;
	order: OrderRequest;
	/** A callback that the sandbox sent. */
	callback: { body: string; signature: string };
	isBrowser: boolean;
}
