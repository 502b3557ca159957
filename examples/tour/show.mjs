// Prints the steps of the tour. After a step that fails, `expect` sets the exit code to 1.
const hasColour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (hasColour ? `\x1b[${code}m${text}\x1b[0m` : text);
const colours = { Success: 32, Failed: 31, Processing: 33, Created: 36 };

let steps = 0;

export function title(text) {
	console.log(`\n${paint(1, `${++steps}. ${text}`)}`);
}

export function say(label, text) {
	console.log(`   ${paint(2, label.padEnd(16))} ${paint(colours[text] ?? 0, text)}`);
}

export function expect(text, holds) {
	console.log(`   ${holds ? paint(32, "✓") : paint(31, "✗")} ${text}`);
	if (!holds) process.exitCode = 1;
}
