/**
 * The additional fields of an order, by key. Editors complete the documented keys. Other keys are sent unchanged. A key
 * without a value is not sent. A request also accepts your own type, if it has documented keys.
 */
export type AdditionalFields = KnownAdditionalFields & Record<string, string | undefined>;

/**
 * Decides what a callback means for your stored status. `current` is the status that you stored, or `undefined` if you
 * stored nothing yet.
 *
 * - `applied`: it has new data. Store it.
 * - `duplicate`: it has the data that you stored.
 * - `stale`: it is older than the data that you stored.
 * - `conflict`: it contradicts a final status. Read the status of the order.
 *
 * Respond to PayStar with 200 in every case.
 *
 * Pass the amount, too. Another amount with the same status is new data, even after a final status.
 *
 * @throws ValidationError if an argument is not valid.
 */
export function nextStatus(current: OrderStatus | OrderStanding | undefined, callback: OrderStanding): CallbackDecision;

/**
 * Decodes an `action` of the history of an order, in the new format (`4.1.4.63`) or the old format (`2.2.3.1`). Any text is
 * accepted. The result does not have the parts that are not known.
 *
 * PayStar documentation: payment-history-v2, payment-history-backward-compatibility, order-history.
 *
 * @throws ValidationError if the argument is not a string.
 */
export function decodeHistoryAction(action: string): HistoryAction;

/**
 * Explains an error of this package, or a code as text: an `ErrorCode`, a label (`LIMITS_ERROR`), a
 * `statusDescription` (`1-4007`) or a history code (`4.1.4.63`). The explanation of other texts says that they are unknown.
 *
 * PayStar documentation: error-discriptions, status-discriptions.
 */
export function explain(subject: PayStarError | string): Explanation;

/**
 * Whether an order with this status can no longer change: `Success` and `Failed`. An unknown status is not final.
 *
 * @throws ValidationError if the argument is not a string.
 */
export function isFinalStatus(status: OrderStatus): boolean;

/**
 * The telecom operators that PayStar knows, for the additional field `telecomOperator`. With a country, only the
 * operators of that country: `United Kingdom`, `GB` or `GBR`, in upper or lower case.
 *
 * PayStar documentation: telecom-operator.
 *
 * @throws ValidationError if the argument is not a string.
 */
export function telecomOperators(country?: string): TelecomOperator[];

/** The currencies of ISO 4217 with their minor units. PayStar does not publish which of them it accepts. */
export function currencies(): Currency[];

/**
 * The currency of an ISO 4217 code, in upper or lower case. `undefined` if ISO does not list the code.
 *
 * @throws ValidationError if the argument is not a string.
 */
export function findCurrency(code: string): Currency | undefined;

/**
 * The documented keys of `additionalFields`, for forms. The list is open: other keys are sent, too.
 *
 * PayStar documentation: additionalfields.
 */
export function additionalFieldKeys(): AdditionalFieldKey[];

/**
 * The brand of a card number. The number can be incomplete. `undefined` if the brand is not clear. Spaces, dashes and the
 * stars of a mask are accepted.
 *
 * @throws ValidationError if the argument is not a string.
 */
export function cardBrand(
	number: string,
):
	| "visa"
	| "mastercard"
	| "american-express"
	| "diners-club"
	| "discover"
	| "jcb"
	| "unionpay"
	| "maestro"
	| "mir"
	| undefined;

/**
 * Whether the check digit of a card number is right (Luhn). Spaces and dashes are accepted.
 *
 * @throws ValidationError if the argument is not a string.
 */
export function isLuhnValid(number: string): boolean;

/**
 * Whether a card number has a valid length for its brand. The length for an unknown brand is 12 to 19 digits. Spaces and
 * dashes are accepted.
 *
 * @throws ValidationError if the argument is not a string.
 */
export function hasCardLength(number: string): boolean;

/**
 * Masks a card number: the result shows the first six and the last four digits, without spaces and dashes. A text that is
 * not a card number of 13 to 19 digits becomes stars only.
 *
 * @throws ValidationError if the argument is not a string.
 */
export function maskCardNumber(number: string): string;

/**
 * Whether a card is past the last day of its month (UTC). `undefined` if the month is not `MM` or the year is not `YY`.
 *
 * @param at - The time to check. The default is now.
 *
 * @throws ValidationError if the time is not a valid date, or if the month or the year is not a string.
 */
export function isCardExpired(month: string, year: string, at?: Date): boolean | undefined;

/**
 * Checks an amount by the rules of a request, and returns the digits that a request would have.
 *
 * @throws ValidationError if the amount is not valid in a request. Its `issues` say why.
 */
export function parseAmount(value: string | number, currency: string): string;

/**
 * Compares two amounts exactly. The result is -1 if the first amount is smaller, 1 if it is larger, and 0 if they are equal
 * (`1.5` and `1.50`). You can pass this function to `sort`.
 *
 * @throws ValidationError if an amount is not a decimal number. Its `issues` name it.
 */
export function compareAmounts(a: string, b: string): -1 | 0 | 1;

/**
 * Adds amounts exactly. Amounts can be negative. The sum has as many decimals as the amount with the most decimals: `1.50`
 * and `2` are `3.50`. Without amounts, the sum is `0`.
 *
 * @throws ValidationError if an amount is not a decimal number, or if the sum has more than 18 digits before the point.
 */
export function addAmounts(...amounts: string[]): string;

/**
 * Formats an amount with at least the decimals of its currency: `100.1` of `USD` is `100.10`. More decimals stay
 * unchanged.
 *
 * @throws ValidationError if the amount is not a decimal number or the currency is not a code.
 */
export function formatAmount(amount: string, currency: string): string;
