import type { CallbackStore } from "./server.js";

/** A store to test, and what the tests need beside it. */
export interface StoreUnderTest<Transaction> {
	/** The store. It must be empty. */
	store: CallbackStore<Transaction>;
	/**
	 * Writes and counts in a table of yours, to test that your changes commit together with the record. Without it, these
	 * tests do nothing.
	 */
	effects?: StoreEffects<Transaction> | undefined;
	/** Called after each test. */
	close?: (() => void | Promise<void>) | undefined;
}

/** Effects in a table of yours. */
export interface StoreEffects<Transaction> {
	/** Writes a row with this key in the transaction. */
	write(transaction: Transaction, key: string): Promise<void>;
	/** Counts the rows with this key that were committed. */
	count(key: string): Promise<number>;
	/** Does something that makes the commit fail, such as a row that breaks a deferred constraint. */
	breakCommit?: ((transaction: Transaction) => Promise<void>) | undefined;
	/** Runs a statement that the database refuses. */
	fail?: ((transaction: Transaction) => Promise<void>) | undefined;
}

/**
 * Tests a store: the locks, the commits and the rollbacks that the handlers need. It needs no test framework: pass the function `test` of `node:test`,
 * Jest or Vitest.
 *
 * @param options - `test` adds a test. `createStore` makes a new and empty store for each test.
 *
 * @throws TypeError if an option is missing.
 */
export function testCallbackStore<Transaction>(options: {
	test: (name: string, work: () => Promise<void>) => void;
	createStore: () => StoreUnderTest<Transaction> | Promise<StoreUnderTest<Transaction>>;
}): void;
