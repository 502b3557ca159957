/** What cargo is told to build the simulation and run it with these arguments. */
export const simulateArgs = (args) => [
	...["run", "--locked", "--quiet", "--profile", "native", "--package", "paystar-simulation", "--bin", "simulate"],
	...["--", ...args],
];
