// The tests of the transports with each supported version of Node, because each version has another HTTP engine.
import { join } from "node:path";

const VERSIONS = ["20", "22", "24", "26"];
const TESTS = [
	"connection",
	"contexts",
	"dispatcher",
	"faults",
	"mocks",
	"node-connections",
	"node-transport",
	"platforms",
	"proxy-answers",
];

export const version = () => "";

async function testTransports(major, { testsFolder, nodeOfVersion, runProgram }) {
	const files = TESTS.map((name) => join(testsFolder, `${name}.test.mjs`));
	await runProgram(await nodeOfVersion(major), ["--expose-gc", "--test", "--test-reporter=spec", ...files]);
}

export const rows = Object.fromEntries(
	VERSIONS.map((major) => [`transports, Node ${major}`, (world) => testTransports(major, world)]),
);
