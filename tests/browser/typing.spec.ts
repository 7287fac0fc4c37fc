// Whoever types with Unikey can write in every control of the window: nothing reformats what she types, moves the
// caret, takes the focus away or takes a letter for a shortcut.
import { readdirSync } from "node:fs";
import type { Page } from "@playwright/test";
import type { DraftDto, FieldDto } from "../../ui/src/api/generated";
import type { Commune } from "./commune.ts";
import { expect, go, test, withCommune } from "./fixture.ts";
import { Host } from "./host.ts";
import { kinds } from "./place.ts";
import { NAME, Typist } from "./typist.ts";
import { WAYS, type Way } from "./unikey.ts";
import { FRONTS } from "./views.ts";

const names = readdirSync(kinds).map((file) => file.replace(/\.toml$/, ""));

/** Unikey's own way everywhere; of the others one in each control, in turn. */
const ownAndOneMore = (n: number): Way[] => ["backspace", WAYS[1 + (n % 3)] ?? "clipboard"];

/** The kind whose numbers, days and choices are typed into too: these controls are the same in all. */
const EVERY_CONTROL = "member";

// Of all sizes the one where most can go wrong, and the cheapest to draw.
test.use({ viewport: { width: 683, height: 384 } });

for (const name of names) {
  test(`Unikey writes in every field of ${name}`, async ({ host, page, watch }) => {
    const { kinds } = await host.call("catalogue_get", {});
    const kind = kinds.find((one) => one.id === name)!;
    await go(page, host, `/new/${name}`);
    await page.getByTestId("save").waitFor();
    for (const field of kind.fields.filter((one) => one.type === "lines")) await page.getByTestId(`field-${field.id}-add`).click();
    const typist = await Typist.at(page);
    const texts = kind.fields.filter(isText);
    const within = name === EVERY_CONTROL ? "main" : texts.map((field) => `.slot:has([id="field-${field.id}-label"])`).join(", ");
    const typed = await typist.typeAll(page.locator(within), (n) => (n < 2 ? ownAndOneMore(n) : ["backspace"]));
    const shown = texts.filter((field) => typed.includes(`field-${field.id}`));
    expect(shown.length).toBeGreaterThan(1);
    await page.keyboard.press("Tab");
    await expect.poll(async () => unkept(shown, (await host.call("draft_list", {})).drafts)).toEqual([]);
    await watch.settled();
  });
}

const isText = (field: FieldDto) => ["text", "long_text"].includes(field.type) || field.columns.some((column) => column.type === "text");

/** Fields that the draft does not have as they were typed. */
function unkept(texts: FieldDto[], drafts: DraftDto[]): string[] {
  return texts.filter((field) => field.type !== "lines" && drafts[0]?.fields[field.id] !== NAME).map((field) => field.id);
}

interface Place {
  name: string;
  hash(commune: Commune): string;
  /** What is opened before there is something to type into. */
  open?(page: Page): Promise<unknown>;
  /** Where its controls are; the whole page otherwise. */
  within?: string;
}

const click = (testid: string) => (page: Page) => page.getByTestId(testid).click();
const filtered = encodeURIComponent(JSON.stringify([{ field: "poverty_class", op: "is", values: ["near_poor"] }]));

const PLACES: readonly Place[] = [
  { name: "search of a list, and of everything", hash: () => "/kind/household", within: "body" },
  { name: "dialog of a filter", hash: () => "/kind/household", open: click("filter-add"), within: "dialog[open]" },
  { name: "value of a filter", hash: () => "/kind/household", open: openFilter, within: "dialog[open]" },
  { name: "name of a kept list", hash: () => `/kind/household?f=${filtered}`, open: click("view-keep"), within: "dialog[open]" },
  { name: "chooser of kinds", hash: () => "/new" },
  { name: "bin", hash: () => "/bin" },
  { name: "help", hash: () => "/help" },
  { name: "note of a period", hash: () => "/period/2026-10" },
  { name: "reason of an erasure", hash: ({ activity }) => `/record/${activity}`, open: click("erase"), within: "dialog[open]" },
  { name: "search for the same", hash: ({ member }) => `/record/${member}`, open: click("find-same"), within: "dialog[open]" },
  { name: "edit of a record", hash: ({ household }) => `/edit/${household}` },
  { name: "note of a sitting", hash: ({ place }) => `/checklist/household_assessment?place=${encodeURIComponent(place)}`, open: openNote },
  { name: "enrolment", hash: () => "/sync" },
  { name: "settings", hash: () => "/settings" },
];

/** What only a commune sees that is tied to a hub. */
const TOLD_PLACES: readonly Place[] = [
  { name: "answer to the province", hash: () => "/period/2026-10", open: (page) => page.locator("[data-testid^=answer-]").first().click(), within: "[data-testid=words]" },
  { name: "files", hash: () => "/sync", open: click("files-out") },
];

const settled = withCommune({});
const told = withCommune({ enrolled: true });

for (const [test, place] of [...PLACES.map((place) => [settled, place] as const), ...TOLD_PLACES.map((place) => [told, place] as const)]) {
  test(`Unikey writes here: ${place.name}`, async ({ settled: { host, commune }, page, watch }) => {
    await go(page, host, place.hash(commune));
    await watch.settled();
    await place.open?.(page);
    const typist = await Typist.at(page);
    await typist.typeAll(page.locator(place.within ?? "main"), ownAndOneMore);
    await watch.settled();
  });
}

async function openFilter(page: Page): Promise<void> {
  await page.getByTestId("filter-add").click();
  await page.locator("[data-testid=filter-option][data-key=head_name]").click();
  await page.getByTestId("filter-value-0").waitFor();
}

async function openNote(page: Page): Promise<void> {
  const mark = page.getByTestId("mark-0-0");
  await mark.focus();
  await expect(async () => {
    if ((await mark.getAttribute("data-answer")) !== "fail") await page.keyboard.press("Space");
    expect(await mark.getAttribute("data-answer")).toBe("fail");
  }).toPass();
  await page.keyboard.press("F2");
  await page.getByTestId("mark-note").waitFor();
}

for (const [name, hash] of [["list-search", "/kind/household"], ["bin-search", "/bin"]] as const) {
  settled(`${name} may answer after every letter and leaves the caret alone`, async ({ settled: { host }, page, watch }) => {
    await go(page, host, hash);
    await watch.settled();
    const typist = await Typist.at(page);
    const asked = (text: string) => page.waitForFunction((text) => (new URLSearchParams(location.hash.split("?")[1]).get("q") ?? "") === text, text);
    await typist.type(page.getByTestId(name), "backspace", asked);
  });
}

settled("Unikey writes in every cell of a table", async ({ settled: { host }, page, watch }) => {
  await go(page, host, "/table/member");
  await watch.settled();
  const typist = await Typist.at(page);
  const cells = page.getByTestId("table-row").first().locator("[role=gridcell][data-testid], [role=gridcell].active [data-testid]");
  const ids = await cells.evaluateAll((all) => all.map((one) => one.getAttribute("data-testid") ?? ""));
  expect(ids.length).toBeGreaterThan(3);
  for (const [n, id] of ids.entries()) {
    const cell = page.locator(`input[data-testid="${id}"]`);
    if ((await cell.count()) === 0) await page.getByTestId(id).focus();
    if ((await cell.count()) === 0) continue; // choices that lie open
    for (const way of ownAndOneMore(n)) await typist.type(cell, way);
  }
  const first = ids[0] ?? "";
  await page.getByTestId(ids[1] ?? "").focus();
  await expect(page.getByTestId(first)).toHaveText(NAME);
});

// The others have nothing to write in.
for (const front of FRONTS.filter((one) => !["recovery", "sample", "sample-tour"].includes(one.name))) {
  test(`Unikey writes before the register is open: ${front.name}`, async ({ page, watch }) => {
    const host = await Host.start();
    try {
      await front.before(host, "vi");
      await page.goto(host.url);
      await front.after(page, "vi");
      if (front.name === "unlock") await page.getByTestId("forgot-pin").click();
      const typist = await Typist.at(page);
      await typist.typeAll(page.locator("main"), ownAndOneMore);
      await watch.settled();
    } finally {
      await host.stop();
    }
  });
}
