// Checks before a release.

const HEADING = /^## (\S+) \((.+)\)$/m;
const VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/**
 * The problems that prevent a release, as sentences. `status` is the output of `git status --porcelain`, `tags` are the
 * tags of git, `lockVersion` is the version of the package in package-lock.json.
 */
export function obstacles({ version, lockVersion, changelog, status, tags }) {
	const [, heading, date] = HEADING.exec(changelog) ?? [];
	return [
		status !== "" && `The tree is not clean:\n${status}`,
		!VERSION.test(version) && `${version} is not a valid version.`,
		lockVersion !== version && `package-lock.json has version ${lockVersion} of the package: run npm install.`,
		heading !== version && `The first version in CHANGELOG.md is ${heading ?? "missing"}, but it must be ${version}.`,
		!/^\d{4}-\d{2}-\d{2}$/.test(date ?? "") &&
			`CHANGELOG.md has no date for its first version. Write "## ${version} (2026-01-31)".`,
		tags.includes(`v${version}`) && `The tag v${version} exists, so this version was released before.`,
	].filter(Boolean);
}
