// What blocks get for "paystar/helpers": the packed one.
export * from "packed/helpers";
