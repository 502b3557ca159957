// Whether a request comes from a page of the merchant. Browsers set these headers, and no page can change them.

/** `undefined` if the request may pass. Otherwise the sentence that says why it may not. */
export function foreignOrigin({ headers, url }, origins, isCreation) {
	const origin = headers.get("origin");
	const site = headers.get("sec-fetch-site");
	if (origins !== undefined && origin !== null) {
		return origins.includes(origin) ? undefined : "The page of this request is not in the option origins of the panel.";
	}
	if (site === "same-origin" || (!isCreation && site === "none")) return undefined;
	if (site !== null) return "The request comes from a page of another origin.";
	// Behind a proxy with TLS, `url` begins with http, and then only `origins` can say which page is right.
	if (origin !== null && origin === new URL(url).origin) return undefined;
	if (origin !== null) return "The request comes from a page of another origin. Behind a proxy, set the option origins.";
	return isCreation ? "A creation needs the header Origin or Sec-Fetch-Site, which every browser sends." : undefined;
}
