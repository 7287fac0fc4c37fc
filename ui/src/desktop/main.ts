import { mount } from "svelte";
import App from "./App.svelte";

const target = document.getElementById("app");
if (target) {
  target.replaceChildren();
  mount(App, { target });
}

// The window asks for this: whatever else is shown in its place has not set it.
Object.assign(globalThis, { sohoiIsHere: true });
