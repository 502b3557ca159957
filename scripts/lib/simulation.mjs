/** The arguments of cargo that build the simulation and run it with `args`. */
export const simulateArgs = (args) => [
	...["run", "--locked", "--quiet", "--profile", "native", "--package", "paystar-simulation", "--bin", "simulate"],
	...["--", ...args],
];
