// What must hold before a version is released.

const HEADING = /^## (\S+) \((.+)\)$/m;
const VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/**
 * All that stands in the way of a release, as sentences. `status` is what git says of the tree, `tags` are its tags,
 * `lockVersion` is the version of the package in package-lock.json.
 */
export function obstacles({ version, lockVersion, changelog, status, tags }) {
	const [, heading, date] = HEADING.exec(changelog) ?? [];
	return [
		status !== "" && `The tree is not clean:\n${status}`,
		!VERSION.test(version) && `${version} is no version.`,
		lockVersion !== version && `package-lock.json has version ${lockVersion} of the package: run npm install.`,
		heading !== version && `CHANGELOG.md begins with ${heading ?? "no version"}, not with ${version}.`,
		!/^\d{4}-\d{2}-\d{2}$/.test(date ?? "") &&
			`CHANGELOG.md has no date for its first version: "## ${version} (2026-01-31)".`,
		tags.includes(`v${version}`) && `The tag v${version} exists: this version was released.`,
	].filter(Boolean);
}
