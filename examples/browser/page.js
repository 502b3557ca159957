// A payout form that checks itself with the Rust core. The page holds no key: it sends the request to its own
// backend (backend.mjs), which pays.
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
	// The amount stays text all the way, so it stays exact.
	const response = await fetch("/payouts", { method: "POST", body: JSON.stringify(request) });
	const answer = await response.json();
	if (answer.issues) showIssues(answer.issues);
	output.textContent = answer.orderStatus ?? answer.message;
});
