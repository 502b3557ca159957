// The operations of a panel, and how the client without keys writes them as requests.
const BY_OWN_ID = "getByExternalTransactionId";
export const READS = ["payouts.get", `payouts.${BY_OWN_ID}`, "deposits.get", `deposits.${BY_OWN_ID}`, "balances.get"];
export const CREATIONS = ["payouts.create", "deposits.create", "deposits.createWithToken", "deposits.createHosted"];

const PATH =
	/^\/api\/v1\/(?:balance\/merchant|integration\/(withdrawal|deposit)-order\/(?:([^/]+)\/status(-by-external-transaction-id)?)?)$/;
const PIPELINES = ["payouts", "deposits"];
/** Three kinds of deposits have the same path, and the client names PayStar's host for each of them. */
const HOSTS = ["secure.paystar.uk", "token.paystar.uk", "init.paystar.uk"];

export const isCreation = (operation) => CREATIONS.includes(operation);

/** The operations that a list allows. A creation needs the lookup after a lost response. */
export const withLookups = (operations) =>
	operations.flatMap((each) => (isCreation(each) ? [each, `${each.split(".")[0]}.${BY_OWN_ID}`] : each));

function balanceOf(searchParams, headers) {
	const pipeline = headers.get("x-paystar-pipeline") ?? undefined;
	const [currency, second] = searchParams.getAll("currency");
	const isValid = currency !== undefined && second === undefined && [undefined, ...PIPELINES].includes(pipeline);
	return isValid ? { operation: "balances.get", pipeline, currency } : undefined;
}

/**
 * What a request asks for: `{ operation, pipeline, id, ownId, currency }`. `undefined` if it is not an operation. A creation has
 * its id in the body.
 */
export function routeOf({ method, url, headers }, basePath) {
	const { pathname, searchParams } = new URL(url);
	const found = pathname.startsWith(basePath) && PATH.exec(pathname.slice(basePath.length));
	const isRead = method === "GET";
	if (!found) return undefined;
	const [, orders, segment, own] = found;
	if (orders === undefined) return isRead ? balanceOf(searchParams, headers) : undefined;
	const pipeline = PIPELINES[Number(orders === "deposit")];
	if ((segment !== undefined) !== isRead) return undefined;
	if (isRead) {
		let id;
		try {
			id = decodeURIComponent(segment);
		} catch {
			return undefined;
		}
		return { operation: `${pipeline}.${own ? BY_OWN_ID : "get"}`, pipeline, id, ownId: own && id };
	}
	const kind = HOSTS.indexOf(headers.get("x-paystar-host") ?? HOSTS[0]);
	const operation = pipeline === "payouts" ? CREATIONS[0] : CREATIONS[kind + 1];
	return kind < 0 ? undefined : { operation, pipeline };
}
