import type { KeyPair, OrderRequest } from "paystar";

/** The settings that the program gets from its environment. */
export interface Settings {
	/** A sandbox over HTTP. */
	baseUrl: string;
	/** A URL without a server. */
	unusedUrl: string;
	keys: KeyPair;
	order: OrderRequest;
	/** A callback that the sandbox sent. */
	callback: { body: string; signature: string };
	isBrowser: boolean;
}
