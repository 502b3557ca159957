export { handle as POST } from "../handle.js";
