// Vitest leaves packages to Node, unless it is told to transform them.
export default { test: { server: { deps: { inline: process.env.TRANSFORMED ? ["paystar"] : [] } } } };
