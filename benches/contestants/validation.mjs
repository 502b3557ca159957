// The rules of a payout, checked on a JS object. A contestant returns a list of all problems.
import { payout } from "./sample.mjs";
import {
	AMOUNT,
	CURRENCY,
	FIELD_FORMS,
	HTTP_URL,
	ID,
	isAmount,
	isExact,
	isInCapitals,
	isLuhnValid,
	LONGEST_KEY,
	LONGEST_URL,
	LONGEST_VALUE,
	MOST_FIELDS,
	NOT_BLANK,
	URLS,
} from "./rules.mjs";

const VALID = payout(7);
/** Four mistakes: an exponent, a missing id, a URL that is not http or https, a card number with spaces. */
const INVALID = {
	...VALID,
	amount: "1e3",
	externalTransactionId: "",
	callbackUrl: "ftp://merchant.example/callbacks/paystar",
	additionalFields: { cardNumber: "4111 1111 1111 1111", bankName: "SuperBank" },
};
const MISTAKES = ["additionalFields.cardNumber", "amount", "callbackUrl", "externalTransactionId"];

const NOTHING = [];

/** A valid payout with this many additional fields, or a payout that breaks the rules. */
function inputOf(isValid, fields) {
	if (!isValid) return INVALID;
	if (fields === undefined) return VALID;
	const entries = Array.from({ length: fields }, (_, index) => [`agreed.${index}`, `value ${index}`]);
	return { ...VALID, additionalFields: Object.fromEntries(entries) };
}

/** `find(value)` returns the issues, `pathOf(issue)` returns the path of an issue. */
function checker({ isValid, fields, find, pathOf }) {
	const input = inputOf(isValid, fields);
	const paths = [...new Set(find(input).map(pathOf))].sort();
	if (paths.join() !== (isValid ? "" : MISTAKES.join())) throw new Error(`It found other mistakes: ${paths.join()}.`);
	const isRight = isValid ? (issues) => issues.length === 0 : (issues) => issues.length >= MISTAKES.length;
	return { call: () => find(input), isRight };
}

const dotted = (path) => path.replace(/^\//, "").replaceAll("/", ".");

const KEYS = new Set(["amount", "currency", "externalTransactionId", ...URLS, "additionalFields"]);

function findByHand(request) {
	const issues = [];
	const issue = (path, code, message) => issues.push({ path, code, message: `${path} ${message}`, severity: "error" });
	if (typeof request !== "object" || request === null) {
		issue("", "invalid_type", "must be an object.");
		return issues;
	}
	for (const key in request) if (!KEYS.has(key)) issue(key, "unknown_key", "is not a key of this object.");
	const { amount, currency, externalTransactionId: id, additionalFields: fields } = request;
	if (typeof currency !== "string") issue("currency", "invalid_type", "must be a string.");
	else if (!CURRENCY.test(currency) || !isInCapitals(currency)) issue("currency", "invalid_format", "must be a code.");
	if (typeof amount !== "string" && typeof amount !== "number") issue("amount", "invalid_type", "must be a string.");
	else if (!isAmount(amount)) issue("amount", "invalid_format", "must be digits with at most one point.");
	else if (!isExact(request)) issue("amount", "not_exact", "is not exact in the currency's minor unit.");
	if (typeof id !== "string") issue("externalTransactionId", "invalid_type", "must be a string.");
	else if (!ID.test(id)) issue("externalTransactionId", "invalid_format", "must be an id.");
	for (const path of URLS) {
		const url = request[path];
		if (url === undefined || url === null) continue;
		if (typeof url !== "string") issue(path, "invalid_type", "must be a string.");
		else if (url.length > LONGEST_URL) issue(path, "too_long", "is too long.");
		else if (!HTTP_URL.test(url)) issue(path, "invalid_format", "must be an absolute http or https URL.");
	}
	if (fields === undefined || fields === null) return issues;
	if (typeof fields !== "object") issue("additionalFields", "invalid_type", "must be an object of strings.");
	let count = 0;
	for (const key in fields) {
		const value = fields[key];
		const path = `additionalFields.${key}`;
		count++;
		if (key === "" || key.length > LONGEST_KEY) issue(path, "too_long", "must have a key of 1 to 200 letters.");
		if (typeof value !== "string") issue(path, "invalid_type", "must be a string.");
		else if (!NOT_BLANK.test(value)) issue(path, "empty", "is empty.");
		else if (value.length > LONGEST_VALUE) issue(path, "too_long", "is too long.");
		else if (FIELD_FORMS.get(key)?.test(value) === false) issue(path, "invalid_format", "has another form.");
		else if (key === "cardNumber" && !isLuhnValid(value)) issue(path, "luhn_failed", "has a wrong check digit.");
	}
	if (count > MOST_FIELDS) issue("additionalFields", "too_long", "has too many entries.");
	return issues;
}

/** The JSON Schema of a payout. JSON Schema has no rules `luhn`, `exact` and `capitals`, so each library adds them. */
const schemaOf = ({ luhn, exact, capitals }) => ({
	type: "object",
	additionalProperties: false,
	required: ["amount", "currency", "externalTransactionId"],
	properties: {
		amount: {
			anyOf: [
				{ type: "string", pattern: AMOUNT.source },
				{ type: "number", exclusiveMinimum: 0 },
			],
		},
		currency: { type: "string", pattern: CURRENCY.source, ...capitals },
		externalTransactionId: { type: "string", pattern: ID.source },
		...Object.fromEntries(
			URLS.map((key) => [key, { type: "string", maxLength: LONGEST_URL, pattern: HTTP_URL.source }]),
		),
		additionalFields: {
			type: "object",
			maxProperties: MOST_FIELDS,
			propertyNames: { minLength: 1, maxLength: LONGEST_KEY },
			properties: Object.fromEntries(
				[...FIELD_FORMS].map(([key, form]) => [
					key,
					{ type: "string", pattern: form.source, ...(key === "cardNumber" && luhn) },
				]),
			),
			additionalProperties: { type: "string", maxLength: LONGEST_VALUE, pattern: NOT_BLANK.source },
		},
	},
	...exact,
});

async function ajv({ isValid }) {
	const { default: Ajv } = await import("ajv");
	const library = new Ajv({ allErrors: true, allowUnionTypes: true });
	library.addKeyword({ keyword: "luhn", type: "string", validate: (_, value) => isLuhnValid(value) });
	library.addKeyword({ keyword: "capitals", type: "string", validate: (_, value) => isInCapitals(value) });
	library.addKeyword({
		keyword: "exact",
		type: "object",
		validate: (_, value) => !isAmount(value.amount) || isExact(value),
	});
	const check = library.compile(
		schemaOf({ luhn: { luhn: true }, exact: { exact: true }, capitals: { capitals: true } }),
	);
	return checker({
		isValid,
		find: (value) => (check(value) ? NOTHING : check.errors),
		pathOf: ({ instancePath }) => dotted(instancePath),
	});
}

async function typebox({ isValid }) {
	const [{ default: Type }, { Compile }] = await Promise.all([import("typebox"), import("typebox/compile")]);
	const refined = (schema, check, message) => Type.Refine(schema, check, () => message);
	const schema = schemaOf({ luhn: {}, exact: {}, capitals: {} });
	const fields = schema.properties.additionalFields.properties;
	fields.cardNumber = refined(Type.Unsafe(fields.cardNumber), isLuhnValid, "has a wrong check digit");
	schema.properties.currency = refined(Type.Unsafe(schema.properties.currency), isInCapitals, "is in small letters");
	const whole = refined(
		Type.Unsafe(schema),
		(value) => !isAmount(value.amount) || isExact(value),
		"is not exact in the currency's minor unit",
	);
	const validator = Compile(whole);
	return checker({
		isValid,
		find: (value) => (validator.Check(value) ? NOTHING : validator.Errors(value)),
		pathOf: ({ instancePath }) => dotted(instancePath),
	});
}

async function valibot({ isValid }) {
	const v = await import("valibot");
	const text = (pattern, longest = LONGEST_VALUE) => v.pipe(v.string(), v.maxLength(longest), v.regex(pattern));
	const known = Object.fromEntries([...FIELD_FORMS].map(([key, form]) => [key, v.optional(text(form))]));
	known.cardNumber = v.optional(v.pipe(v.string(), v.regex(FIELD_FORMS.get("cardNumber")), v.check(isLuhnValid)));
	const schema = v.pipe(
		v.strictObject({
			amount: v.union([v.pipe(v.string(), v.regex(AMOUNT)), v.pipe(v.number(), v.finite(), v.minValue(0))]),
			currency: v.pipe(v.string(), v.regex(CURRENCY), v.check(isInCapitals)),
			externalTransactionId: v.pipe(v.string(), v.regex(ID)),
			...Object.fromEntries(URLS.map((key) => [key, v.optional(text(HTTP_URL, LONGEST_URL))])),
			additionalFields: v.optional(v.pipe(v.objectWithRest(known, text(NOT_BLANK)), v.maxEntries(MOST_FIELDS))),
		}),
		v.check(isExact),
	);
	return checker({
		isValid,
		find: (value) => v.safeParse(schema, value).issues ?? NOTHING,
		pathOf: (issue) => v.getDotPath(issue),
	});
}

async function zod({ isValid }) {
	const { z } = await import("zod");
	const text = (pattern, longest = LONGEST_VALUE) => z.string().max(longest).regex(pattern);
	const known = Object.fromEntries([...FIELD_FORMS].map(([key, form]) => [key, text(form).optional()]));
	known.cardNumber = z.string().regex(FIELD_FORMS.get("cardNumber")).refine(isLuhnValid).optional();
	const schema = z
		.strictObject({
			amount: z.union([z.string().regex(AMOUNT), z.number().positive()]),
			currency: z.string().regex(CURRENCY).refine(isInCapitals),
			externalTransactionId: z.string().regex(ID),
			...Object.fromEntries(URLS.map((key) => [key, text(HTTP_URL, LONGEST_URL).optional()])),
			additionalFields: z
				.object(known)
				.catchall(text(NOT_BLANK))
				.refine((fields) => Object.keys(fields).length <= MOST_FIELDS)
				.optional(),
		})
		.refine(isExact);
	return checker({
		isValid,
		find: (value) => schema.safeParse(value).error?.issues ?? NOTHING,
		pathOf: ({ path }) => path.join("."),
	});
}

async function yup({ isValid }) {
	const { mixed, object, string, ValidationError } = await import("yup");
	const text = (pattern, longest = LONGEST_VALUE) => string().strict().max(longest).matches(pattern);
	const known = Object.fromEntries([...FIELD_FORMS].map(([key, form]) => [key, text(form)]));
	known.cardNumber = known.cardNumber.test("luhn", (value) => value === undefined || isLuhnValid(value));
	const schema = object({
		amount: mixed()
			.required()
			.test("amount", isAmount)
			.test("exact", (_, { parent }) => !isAmount(parent.amount) || isExact(parent)),
		currency: text(CURRENCY).required().test("capitals", isInCapitals),
		externalTransactionId: text(ID).required(),
		...Object.fromEntries(URLS.map((key) => [key, text(HTTP_URL, LONGEST_URL)])),
		// This library has no rule for unknown keys.
		additionalFields: object(known).test("fields", (fields) => {
			const entries = Object.entries(fields ?? {});
			const isField = ([key, value]) => key.length <= LONGEST_KEY && typeof value === "string" && NOT_BLANK.test(value);
			return entries.length <= MOST_FIELDS && entries.every(isField);
		}),
	})
		.noUnknown()
		.strict();
	return checker({
		isValid,
		find: (value) => {
			try {
				schema.validateSync(value, { abortEarly: false });
				return NOTHING;
			} catch (error) {
				if (error instanceof ValidationError) return error.inner;
				throw error;
			}
		},
		pathOf: ({ path }) => path,
	});
}

async function paystar({ isValid, fields }) {
	const { PayStar } = await import("paystar");
	const { payouts } = new PayStar({ baseUrl: "https://backend.example" });
	return checker({ isValid, fields, find: (value) => payouts.validate(value), pathOf: ({ path }) => path });
}

export const contestants = {
	"hand-written JS": (settings) => checker({ ...settings, find: findByHand, pathOf: ({ path }) => path }),
	TypeBox: typebox,
	Ajv: ajv,
	Valibot: valibot,
	"Zod 4": zod,
	Yup: yup,
	paystar,
};
