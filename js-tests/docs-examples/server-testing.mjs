// The blocks import this file as "paystar/server/testing". It is the packed entry.
export * from "packed/server/testing";
