// Code with helpers that the compiler must accept or refuse. This file is compiled, but never run.
import {
	type AdditionalField,
	type AdditionalFieldKey,
	type AdditionalFields,
	addAmounts,
	additionalFieldKeys,
	cardBrand,
	compareAmounts,
	type Currency,
	currencies,
	decodeHistoryAction,
	type Explanation,
	explain,
	findCurrency,
	formatAmount,
	hasCardLength,
	type HistoryAction,
	isCardExpired,
	isFinalStatus,
	isLuhnValid,
	maskCardNumber,
	type OrderStatus,
	parseAmount,
	PayStar,
	PayStarError,
	type TelecomOperator,
	telecomOperators,
} from "paystar";

const action: HistoryAction = decodeHistoryAction("4.1.4.63");
const reason: string | undefined = action.reason;
const acts: "payer" | "merchant" | "paystar" | "gateway" | "nobody" = action.whoActs;
const state: "init" | "created" | "processing" | "success" | "failed" | undefined = action.paymentState;

const explained: Explanation[] = [explain("1-4007")];
try {
	await new PayStar({ baseUrl: "http://127.0.0.1:4010" }).payouts.get("PSP-1");
} catch (error) {
	if (error instanceof PayStarError) explained.push(explain(error));
}

const operators: TelecomOperator[] = [...telecomOperators(), ...telecomOperators("GBR")];
const currency: Currency | undefined = findCurrency("USD");
const units: number | undefined = currencies()[0]?.minorUnits;
const keys: AdditionalFieldKey[] = additionalFieldKeys();

const brand = cardBrand("4111");
const isAmex: boolean = brand === "american-express";
const flags: boolean[] = [isLuhnValid("4111"), hasCardLength("4111"), isFinalStatus("Success")];
const status: OrderStatus = "Reviewing";
const isFinal: boolean = isFinalStatus(status);
const expired: boolean | undefined = isCardExpired("05", "26", new Date());
const texts: string[] = [maskCardNumber("4111"), parseAmount(1, "USD"), formatAmount("1", "USD")];
const sum: string = addAmounts(...texts, "2");
const order: -1 | 0 | 1 = compareAmounts("1", "2");
texts.sort(compareAmounts);

const fields: AdditionalFields = { cardNumber: "4111111111111111", agreedWithManager: "x" };
fields.cardHolder = "JOHN WEAK";
fields["own"] = "x";
const month: string | undefined = fields.cardExpireMonth;
const plain: Record<string, string> = { cardNumber: "4111111111111111" };
const list: readonly AdditionalField[] = [{ key: "email", value: "a@b.c" }];
const { payouts } = new PayStar({ baseUrl: "http://127.0.0.1:4010" });
const request = { amount: 1, currency: "USD", externalTransactionId: "A" };
for (const additionalFields of [fields, plain, list]) payouts.validate({ ...request, additionalFields });
// The package does not send a key without a value.
const nothing: AdditionalFields = { cardCvv: undefined };

// @ts-expect-error: a value is a string
const year: AdditionalFields = { cardExpireYear: 26 };
// @ts-expect-error: a value of a custom key is a string
const own: AdditionalFields = { own: 26 };
// @ts-expect-error: amounts are strings
addAmounts(1, 2);
// @ts-expect-error: each amount is a separate argument
addAmounts(["1", "2"]);
// @ts-expect-error: the brand does not exist
const wrong: boolean = brand === "amex";
// @ts-expect-error: the argument must be a Date
isCardExpired("05", "26", 2026);

export { acts, currency, expired, explained, flags, isAmex, isFinal, keys, month, nothing, operators, order, own };
export { reason, state, sum, units, wrong, year };
