// The tour: eight places of the window, in the order of an officer's work. A step points at the control itself, which
// works as ever.
import type { Dictionary } from "../../words/vi";

export interface Step {
  name: keyof Dictionary["sample"]["steps"];
  /** Page and id that are opened for it. */
  place: [page: string, id?: string];
  /** The control, or what stands for it on a narrow window: the first that can be seen. */
  targets: string[];
}

const at = (testid: string) => `[data-testid="${testid}"]`;

export const steps: readonly Step[] = [
  { name: "welcome", place: ["home"], targets: [at("sample-banner")] },
  { name: "write", place: ["home"], targets: [at("nav-new"), at("new-propaganda_activity"), at("menu")] },
  { name: "save", place: ["new", "propaganda_activity"], targets: [at("save")] },
  { name: "find", place: ["home"], targets: ["#find"] },
  { name: "progress", place: ["progress"], targets: [at("figure-TT01"), at("figures-table")] },
  { name: "close", place: ["periods"], targets: [`${at("periods-table")} tbody a`] },
  { name: "send", place: ["sync"], targets: [at("sync-button")] },
  { name: "leave", place: ["home"], targets: [at("sample-leave")] },
];
