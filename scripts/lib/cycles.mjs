// Cycles in a graph. The graph is a Map: from each node to the nodes that it uses.

/** The nodes that `start` reaches in one or more steps, each with the node before it. */
function reachedFrom(graph, start) {
	const before = new Map();
	const waiting = [start];
	for (const node of waiting) {
		for (const next of graph.get(node) ?? []) {
			if (before.has(next)) continue;
			before.set(next, node);
			waiting.push(next);
		}
	}
	return before;
}

/**
 * The groups of nodes that use each other, each with one of its shortest cycles: `{ group: ["a", "b"], cycle: ["a", "b",
 * "a"] }`.
 */
export function findCycles(graph) {
	const found = [];
	const done = new Set();
	for (const start of [...graph.keys()].sort()) {
		if (done.has(start)) continue;
		const before = reachedFrom(graph, start);
		if (!before.has(start)) continue;
		const group = [...before.keys()].filter((node) => reachedFrom(graph, node).has(start));
		for (const node of group) done.add(node);
		const cycle = [start];
		do cycle.unshift(before.get(cycle[0]));
		while (cycle[0] !== start);
		found.push({ group, cycle });
	}
	return found;
}
