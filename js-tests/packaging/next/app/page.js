"use client";
import * as paystar from "paystar";
import { useEffect } from "react";
import { show } from "../show.mjs";

// Rendered on the server too, where the package is imported but not used.
export default function Page() {
	useEffect(() => {
		show(paystar);
	}, []);
	return null;
}
