// The operations of a panel, and how the client without keys writes them as requests.
const ORDERS = { "withdrawal-order": "payouts", "deposit-order": "deposits" };
const READS = { status: "get", "status-by-external-transaction-id": "getByExternalTransactionId" };
const BY_OWN_ID = "getByExternalTransactionId";
const PATH = /^\/api\/v1\/integration\/(withdrawal-order|deposit-order)\/(?:([^/]+)\/(status|status-by-external-transaction-id))?$/;
const BALANCE = "/api/v1/balance/merchant";

/** Three kinds of deposits have the same path, and the client names PayStar's host for each of them. */
const DEPOSITS_BY_HOST = {
	"secure.paystar.uk": "create",
	"token.paystar.uk": "createWithToken",
	"init.paystar.uk": "createHosted",
};

export const READ_OPERATIONS = [
	"payouts.get",
	"payouts.getByExternalTransactionId",
	"deposits.get",
	"deposits.getByExternalTransactionId",
	"balances.get",
];
export const CREATIONS = ["payouts.create", "deposits.create", "deposits.createWithToken", "deposits.createHosted"];

export const isCreation = (operation) => CREATIONS.includes(operation);

/** The lookup that a creation needs after a lost response. */
export const lookupOf = (creation) => `${creation.split(".")[0]}.${BY_OWN_ID}`;

function decoded(segment) {
	try {
		return decodeURIComponent(segment);
	} catch {
		return undefined;
	}
}

function balanceOf(url, headers) {
	const pipeline = headers.get("x-paystar-pipeline") ?? undefined;
	const currencies = url.searchParams.getAll("currency");
	if (currencies.length !== 1 || ![undefined, "payouts", "deposits"].includes(pipeline)) return undefined;
	return { operation: "balances.get", pipeline, currency: currencies[0] };
}

/**
 * What a request asks for: `{ operation, pipeline, id, ownId, currency }`. `undefined` if it is no operation. A creation has
 * its id in the body.
 */
export function routeOf({ method, url: text, headers }, basePath) {
	const url = new URL(text);
	if (!url.pathname.startsWith(basePath)) return undefined;
	const path = url.pathname.slice(basePath.length);
	if (path === BALANCE) return method === "GET" ? balanceOf(url, headers) : undefined;
	const [, orders, segment, read] = PATH.exec(path) ?? [];
	const pipeline = ORDERS[orders];
	if (pipeline === undefined || (read === undefined) !== (method === "POST")) return undefined;
	if (read === undefined) {
		const create =
			pipeline === "payouts" ? "create" : DEPOSITS_BY_HOST[headers.get("x-paystar-host") ?? "secure.paystar.uk"];
		return create && { operation: `${pipeline}.${create}`, pipeline };
	}
	const id = decoded(segment);
	const operation = `${pipeline}.${READS[read]}`;
	return id && { operation, pipeline, id, ownId: READS[read] === BY_OWN_ID ? id : undefined };
}
