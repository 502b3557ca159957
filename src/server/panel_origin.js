/**
 * Whether a request may come from a page of the merchant. Browsers set these headers, and no page can change them. Behind a
 * proxy with TLS, `url` begins with http, so only `origins` or `Sec-Fetch-Site` can tell.
 */
export function isOwnPage({ headers, url }, origins, isCreation) {
	const origin = headers.get("origin");
	const site = headers.get("sec-fetch-site");
	if (origins && origin !== null) return origins.includes(origin);
	if (site !== null) return site === "same-origin" || (site === "none" && !isCreation);
	return origin === null ? !isCreation : origin === new URL(url).origin;
}
