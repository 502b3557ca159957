/** A contestant throws this if this version of the package cannot run it. It is left out, with the reason. */
export class Unavailable extends Error {
	name = "Unavailable";
}
