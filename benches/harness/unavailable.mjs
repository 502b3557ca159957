/** Thrown by a contestant that this version of the package cannot run: left out, with its reason. */
export class Unavailable extends Error {
	name = "Unavailable";
}
