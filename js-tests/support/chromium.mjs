// Finds the installed Chromium. Nothing is downloaded.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = [
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--no-first-run",
];

const executablePath = [
	process.env.CHROMIUM_PATH,
	"/usr/bin/chromium",
	"/usr/bin/chromium-browser",
	"/usr/bin/google-chrome",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path && existsSync(path));

/** The reason why browser tests cannot run, or false. In CI they must run. */
export const noChromium =
	executablePath === undefined && !process.env.CI
		? "no Chromium found: install one (Debian: apt-get install chromium), or set CHROMIUM_PATH"
		: false;

export const launchChromium = () => chromium.launch({ executablePath, args: FLAGS });
