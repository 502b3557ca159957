// It verifies nothing, so that is done by hand.
import axios from "axios";
import "./by-hand.mjs";

axios.create({ baseURL: "https://paystar.example" });
