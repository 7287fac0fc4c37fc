// Every page of the window, in both languages, both sizes and both themes: whole, quiet, readable, and as accepted.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import type { Commune } from "./commune.ts";
import { expect, withCommune } from "./fixture.ts";
import { Host } from "./host.ts";
import { cutFaults, seriousFaults } from "./look.ts";
import { drawsAsAccepted, shellPages, STILL_AT_S } from "./place.ts";
import type { Watch } from "./watch.ts";
import { FRONTS, SAID_VIEWS, TOLD_VIEWS, VIEWS, type Language } from "./views.ts";

const LANGUAGES: readonly Language[] = ["vi", "en"];
const THEMES = ["light", "dark"] as const;
const SIZES = { large: { width: 1366, height: 768 }, small: { width: 683, height: 384 } } as const;

/** The hub has another port each time. */
const HUB = /^http:\/\/127\.0\.0\.1:\d+$/;

/** Beside every page in Vietnamese, light and large, these are compared too. */
const ALSO_ACCEPTED: ReadonlySet<string> = new Set([
  ...["home", "list", "form", "record", "checklist", "progress", "unlock"].map((name) => `${name}-dark`),
  ...["home", "list", "form", "table", "closing", "record-told", "sample"].map((name) => `${name}-small`),
  ...["home", "record", "closing", "settings"].map((name) => `${name}-en`),
]);

// They only look at it.
const plainTest = withCommune({ still: true });
const toldTest = withCommune({ still: true, enrolled: true });
const saidTest = withCommune({ still: true, enrolled: "record" });

const ALL = [
  ...VIEWS.map((view) => [plainTest, view] as const),
  ...TOLD_VIEWS.map((view) => [toldTest, view] as const),
  ...SAID_VIEWS.map((view) => [saidTest, view] as const),
];

for (const language of LANGUAGES) {
  for (const [test, view] of ALL) {
    test(`${view.name} in ${language}`, async ({ settled: { host, commune }, page, watch }) => {
      const { settings } = await host.call("app_state", {});
      await host.call("settings_save", { ...settings, language });
      await page.clock.setFixedTime(STILL_AT_S * 1000);
      await page.goto(`${host.url}/#${view.hash(commune)}`);
      await look(page, watch, view.name, language);
    });
  }
  for (const front of FRONTS) {
    plainTest(`${front.name} in ${language}`, async ({ page, watch }) => {
      const host = await Host.start(true);
      try {
        await front.before(host, language);
        await page.clock.setFixedTime(STILL_AT_S * 1000);
        await page.goto(host.url);
        await front.after(page, language);
        await look(page, watch, front.name, language);
      } finally {
        await host.stop();
      }
    });
  }
}

for (const language of LANGUAGES) {
  plainTest(`large letters stay on home's buttons in ${language}`, async ({ settled: { host }, page, watch }) => {
    const { settings } = await host.call("app_state", {});
    await host.call("settings_save", { ...settings, language, text_percent: 150 });
    try {
      await page.goto(host.url);
      for (const width of [683, 1024, 1280, 1366, 1920]) {
        await page.setViewportSize({ width, height: 768 });
        await watch.settled();
        const over = await page.locator("a.card").evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent));
        expect(over, `at ${width} pixels`).toEqual([]);
      }
    } finally {
      await host.call("settings_save", settings);
    }
  });
}

plainTest("no page of the window is left out", () => {
  const source = readFileSync(shellPages, "utf8");
  const pages = [...source.matchAll(/^ {2}(\w+): \(\) => import/gm)].map((match) => match[1]);
  expect(pages.length).toBeGreaterThan(10);
  const some: Commune = { activity: "a", household: "h", member: "m", branch: "b", place: "p" };
  const seen = new Set(VIEWS.map((view) => view.hash(some).split(/[/?]/)[1] || "home"));
  expect(pages.filter((page) => !seen.has(page ?? ""))).toEqual([]);
});

async function look(page: Page, watch: Watch, name: string, language: Language): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const theme of THEMES) {
      const marks = [theme === "dark" ? "-dark" : "", size === "small" ? "-small" : "", language === "en" ? "-en" : ""].join("");
      const isAccepted = drawsAsAccepted() && (marks === "" || ALSO_ACCEPTED.has(name + marks));
      await page.emulateMedia({ colorScheme: theme });
      await watch.settled();
      const where = `${size}, ${theme}`;
      // Lengths are the same in both themes, and colours in both languages.
      if (theme === "light") expect.soft(await cutFaults(page), where).toEqual([]);
      if (theme === "light" || language === "vi") expect.soft(await seriousFaults(page, theme === "dark"), where).toEqual([]);
      if (isAccepted) await expect.soft(page).toHaveScreenshot(`${name}${marks}.png`, { mask: [page.getByText(HUB), page.locator("figure img")], maskColor: "#888888" });
    }
  }
}
