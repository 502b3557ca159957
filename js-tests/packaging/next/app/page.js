"use client";
import * as paystar from "paystar";
import { useEffect } from "react";
import { show } from "../show.mjs";

// The server also renders this page. There, the package is imported but not used.
export default function Page() {
	useEffect(() => {
		show(paystar);
	}, []);
	return null;
}
