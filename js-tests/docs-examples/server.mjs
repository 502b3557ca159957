// The blocks import this file as "paystar/server". It is the packed entry.
export * from "packed/server";
