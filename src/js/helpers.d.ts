/** What the flow of an order needs, by key. Editors complete the documented keys; any other key is sent as it is. */
export type AdditionalFields = KnownAdditionalFields & Record<string, string>;
