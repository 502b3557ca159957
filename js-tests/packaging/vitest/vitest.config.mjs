// By default, Vitest lets Node load packages. With this setting, Vitest transforms the package.
export default { test: { server: { deps: { inline: process.env.TRANSFORMED ? ["paystar"] : [] } } } };
