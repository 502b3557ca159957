// The blocks import this file as "paystar/helpers". It is the packed entry.
export * from "packed/helpers";
