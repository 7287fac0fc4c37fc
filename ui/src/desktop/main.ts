import { mount } from "svelte";
import { tellPainted } from "../api/transport";
import App from "./App.svelte";
import { oncePainted } from "./painted";

const target = document.getElementById("app");
if (target) {
  target.replaceChildren();
  mount(App, { target });
  // A window that is closing takes its splash along.
  oncePainted(target, () => void tellPainted().catch(() => undefined));
}

// The window asks for this: whatever else is shown in its place has not set it.
Object.assign(globalThis, { sohoiIsHere: true });
