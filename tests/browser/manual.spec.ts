// The pictures of the officers' manual: taken here, so that they show what the window shows, today as well.
import { readdirSync, readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, withCommune } from "./fixture.ts";
import { Host } from "./host.ts";
import { drawsAsAccepted, manual, manualPictures, STILL_AT_S } from "./place.ts";
import { FRONTS, TOLD_VIEWS, VIEWS, type View } from "./views.ts";

/** A third narrower than her screen, so that letters can still be read in a column of text. */
const VIEWPORT = { width: 960, height: 600 };

const PLAIN = ["home", "new", "list-kept", "record", "places", "checklist", "book", "closing", "progress", "bin", "settings"];
const TOLD = ["sync-told"];

/** A form as it is while she writes. */
const WRITTEN: View = { name: "form", hash: () => "/new/propaganda_activity" };

const plainTest = withCommune({ still: true });
const toldTest = withCommune({ still: true, enrolled: true });

for (const view of PLAIN.map((name) => VIEWS.find((one) => one.name === name)!)) {
  plainTest(view.name, async ({ settled: { host, commune }, page, watch }) => {
    await begin(page);
    await page.goto(`${host.url}/#${view.hash(commune)}`);
    await watch.settled();
    await take(page, view.name);
  });
}

plainTest(WRITTEN.name, async ({ settled: { host, commune }, page, watch }) => {
  await begin(page);
  await page.goto(`${host.url}/#${WRITTEN.hash(commune)}`);
  await page.getByTestId("field-title").fill("Phổ biến Luật Phòng, chống bạo lực gia đình");
  await page.getByTestId("field-n_total").fill("42");
  await page.getByTestId("field-n_women").fill("57");
  await page.getByTestId("field-n_women").blur();
  await page.locator("[data-testid=field-n_women][aria-invalid=true]").waitFor();
  await watch.settled();
  // How far the browser has brought the field into view hangs on how much of the form was there when it was filled in.
  await page.locator("#main").evaluate((main) => main.scrollTo({ top: 40 }));
  await take(page, WRITTEN.name);
});

for (const view of TOLD.map((name) => TOLD_VIEWS.find((one) => one.name === name)!)) {
  toldTest(view.name, async ({ settled: { host, commune }, page, watch }) => {
    await begin(page);
    await page.goto(`${host.url}/#${view.hash(commune)}`);
    await watch.settled();
    await take(page, "sync", page.getByText(/^http:\/\/127\.0\.0\.1:\d+$/));
  });
}

plainTest("start", async ({ page, watch }) => {
  const host = await Host.start(true);
  try {
    await begin(page);
    await page.goto(host.url);
    await FRONTS.find((front) => front.name === "start")!.after(page, "vi");
    await watch.settled();
    await take(page, "start");
  } finally {
    await host.stop();
  }
});

plainTest("the manual shows every picture and no other", () => {
  const shown = [...readFileSync(manual, "utf8").matchAll(/^!\[[^\]]+\]\(hinh\/([\w-]+\.png)\)$/gm)].map((match) => match[1]);
  expect(shown.length).toBeGreaterThan(7);
  expect(new Set(shown)).toEqual(new Set(readdirSync(manualPictures)));
});

async function begin(page: Page): Promise<void> {
  await page.setViewportSize(VIEWPORT);
  await page.clock.setFixedTime(STILL_AT_S * 1000);
}

async function take(page: Page, name: string, ...mask: ReturnType<Page["locator"]>[]): Promise<void> {
  if (drawsAsAccepted()) await expect(page).toHaveScreenshot(`${name}.png`, { mask, maskColor: "#f3efe9" });
}
