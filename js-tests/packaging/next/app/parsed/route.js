import { handle } from "../handle.js";

export async function POST(request) {
	await request.json();
	return handle(request);
}
