// Requests of a client that made its token, and of a client with a ready token.
import { contestants as requests } from "./requests.mjs";

export const contestants = {
	"a client with the ready token": ({ origin, token, keys: { privateKey } }) =>
		requests.paystar({ origin, keys: { token, privateKey } }),
	"a client with a key pair": ({ origin, keys }) => requests.paystar({ origin, keys }),
};
