// A payout form. The Rust core checks its fields. The page has no keys: it sends the request to its backend
// (backend.mjs), and the backend creates the payout.
import { PayStar } from "paystar";

const { payouts } = new PayStar({ baseUrl: location.origin });
const form = document.querySelector("form");
const output = document.querySelector("output");

function readForm() {
	const { cardNumber, ...request } = Object.fromEntries(new FormData(form));
	return { ...request, additionalFields: { cardNumber } };
}

function showIssues(issues) {
	for (const place of document.querySelectorAll("[data-issues]")) {
		const own = issues.filter(({ path }) => path === place.dataset.issues);
		place.textContent = own.map(({ message }) => message).join(" ");
		place.className = own[0]?.severity ?? "";
	}
	return issues.some(({ severity }) => severity === "error");
}

form.addEventListener("input", () => showIssues(payouts.validate(readForm())));

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	const request = readForm();
	if (showIssues(payouts.validate(request))) return;
	// The amount is always text, so it stays exact.
	const response = await fetch("/payouts", { method: "POST", body: JSON.stringify(request) });
	const answer = await response.json();
	if (answer.issues) showIssues(answer.issues);
	output.textContent = answer.orderStatus ?? answer.message;
});
