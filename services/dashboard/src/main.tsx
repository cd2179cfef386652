import { render } from "preact";
import { App } from "./shell/App.tsx";
import { effectiveTheme } from "./state/store.ts";
import "./style/index.css";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element with id app");
// Before the first paint: canvases read their colours from it.
document.documentElement.dataset["theme"] = effectiveTheme.value;
render(<App />, root);
