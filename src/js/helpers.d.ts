/**
 * What the flow of an order needs, by key. Editors complete the documented keys; any other key is sent unchanged, and a
 * key without a value is left out. Where a request takes these, your own type with documented keys fits too.
 */
export type AdditionalFields = KnownAdditionalFields & Record<string, string | undefined>;
