import adyen from "@adyen/api-library";

const [body, signature, key] = process.argv.slice(2);
new adyen.Client({ apiKey: "benches", environment: adyen.EnvironmentEnum.TEST });
if (!new adyen.hmacValidator().validateHMACSignature(key, signature, body)) throw new Error("It does not verify.");
