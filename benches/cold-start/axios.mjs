// This library cannot verify, so the program does it.
import axios from "axios";
import "./by-hand.mjs";

axios.create({ baseURL: "https://paystar.example" });
