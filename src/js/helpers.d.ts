/**
 * What the flow of an order needs, by key. Editors complete the documented keys; any other key is sent unchanged, and a
 * key without a value is left out. A type of your own with documented keys fits where a request takes these.
 */
export type AdditionalFields = KnownAdditionalFields & Record<string, string | undefined>;
