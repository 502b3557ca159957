// Reads bytes of any realm through their internal slots, because properties of a caller's object can be wrong.

const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
const getter = (prototype, name) => {
	const { get } = Object.getOwnPropertyDescriptor(prototype, name);
	return (object) => Reflect.apply(get, object, []);
};
const tagOf = getter(typedArray, Symbol.toStringTag);
const bufferOf = getter(typedArray, "buffer");
const offsetOf = getter(typedArray, "byteOffset");
const lengthOf = getter(typedArray, "byteLength");
const bufferLengthOf = getter(ArrayBuffer.prototype, "byteLength");

/** Whether a value is a `Uint8Array` of any realm, or a subclass such as Node's `Buffer`. */
export const isBytes = (value) => tagOf(value) === "Uint8Array";

/** A view of the bytes of a `Uint8Array` or an `ArrayBuffer`. Throws for any other value, and for detached memory. */
export function bytesOf(value) {
	if (isBytes(value)) return new Uint8Array(bufferOf(value), offsetOf(value), lengthOf(value));
	return new Uint8Array(value, 0, bufferLengthOf(value));
}
