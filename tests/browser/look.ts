// What must hold of every page that is shown: nothing runs out of it, nothing that must be read is cut, and those who
// cannot see well can use it.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { axe } from "./place.ts";

const axeSource = readFileSync(axe, "utf8");

interface AxeNode {
  target: unknown[];
}
interface AxeViolation {
  id: string;
  impact: string | null;
  help: string;
  nodes: AxeNode[];
}

/** What axe-core calls serious or critical; in a second theme only its colours can be. */
export async function seriousFaults(page: Page, colours: boolean): Promise<string[]> {
  const isHere = await page.evaluate(() => "axe" in globalThis);
  if (!isHere) await page.evaluate(axeSource);
  const violations = await page.evaluate(async (colours) => {
    const { axe } = globalThis as unknown as { axe: { run(on: Document, how: object): Promise<{ violations: AxeViolation[] }> } };
    return (await axe.run(document, { resultTypes: ["violations"], ...(colours ? { runOnly: ["color-contrast"] } : {}) })).violations;
  }, colours);
  const serious = violations.filter((one) => one.impact === "serious" || one.impact === "critical");
  return serious.map((one) => `${one.id} (${one.help}): ${one.nodes.slice(0, 5).map((node) => node.target.join(" ")).join(", ")}`);
}

/** What is cut or runs out of the page, in words. */
export function cutFaults(page: Page): Promise<string[]> {
  return page.evaluate(cutInPage);
}

function cutInPage(): string[] {
  const faults: string[] = [];
  const READ = "button, label, legend, summary, a, h1, h2, h3, th, td, dt, dd, p, li, span, strong, option, [role=columnheader], [role=gridcell], [role=rowheader]";
  const say = (one: Element) => `<${one.tagName.toLowerCase()} ${one.getAttribute("data-testid") ?? one.id}> “${(one.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 60)}”`;
  const isShown = (one: Element) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true }) && one.closest(".unseen, .skip") === null && getComputedStyle(one).clipPath === "none";
  const scrolls = (one: Element | null): boolean => one !== null && (["auto", "scroll"].includes(getComputedStyle(one).overflowX) && one.tagName !== "MAIN" || scrolls(one.parentElement));
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) faults.push(`the page is ${scrollWidth} wide in a window of ${innerWidth}`);
  const main = document.querySelector("main");
  if (main && main.scrollWidth > main.clientWidth) faults.push(`main is ${main.scrollWidth} wide in ${main.clientWidth}`);
  for (const one of document.querySelectorAll(READ)) {
    const style = getComputedStyle(one);
    if (style.display === "inline" || style.display === "none" || !isShown(one) || (one.textContent ?? "").trim() === "") continue;
    // An ellipsis says itself that there is more; where a title has the whole, nothing is lost either.
    const isTold = style.textOverflow === "ellipsis" || one.closest("[title]") !== null;
    const { clientWidth, clientHeight } = one;
    if (one.scrollWidth > clientWidth + 1 && !isTold && !["auto", "scroll"].includes(style.overflowX)) faults.push(`${say(one)} is ${one.scrollWidth} wide in ${clientWidth}`);
    if (one.scrollHeight > clientHeight + 2 && !isTold && ["hidden", "clip"].includes(style.overflowY)) faults.push(`${say(one)} is ${one.scrollHeight} high in ${clientHeight}`);
    const { right, left } = one.getBoundingClientRect();
    if ((right > innerWidth + 1 || left < -1) && !scrolls(one)) faults.push(`${say(one)} stands outside the window, ${Math.round(left)} to ${Math.round(right)}`);
  }
  const pen = document.createElement("canvas").getContext("2d")!;
  for (const one of document.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input[placeholder], select")) {
    const style = getComputedStyle(one);
    pen.font = style.font;
    const text = one instanceof HTMLSelectElement ? (one.selectedOptions[0]?.text.trim() ?? "") : one.value === "" ? one.placeholder : "";
    const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const wide = Math.ceil(pen.measureText(text).width);
    if (isShown(one) && wide > room + 1) faults.push(`${say(one)} shows “${text}”, ${wide} wide in ${Math.round(room)}`);
  }
  return faults;
}
