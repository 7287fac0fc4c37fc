// Every page of the window, and how it is reached.
import type { Page } from "@playwright/test";
import { steps } from "../../ui/src/features/sample/steps.ts";
import type { Commune } from "./commune.ts";
import { Host, PIN, UNIT } from "./host.ts";

/** A page of an open register: its name and its address. */
export interface View {
  name: string;
  hash(commune: Commune): string;
}

const at = (name: string, hash = `/${name}`): View => ({ name, hash: () => hash });
const filtered = encodeURIComponent(JSON.stringify([{ field: "poverty_class", op: "is", values: ["poor"] }]));

export const VIEWS: readonly View[] = [
  at("home", "/"),
  at("new"),
  at("list", "/kind/propaganda_activity"),
  at("list-kept", `/kind/household?f=${filtered}`),
  at("list-empty", "/kind/mediation"),
  at("behind", "/behind/TT01?calendar=union&period=2026"),
  at("form", "/new/household_assessment"),
  { name: "record", hash: ({ activity }) => `/record/${activity}` },
  { name: "record-person", hash: ({ member }) => `/record/${member}` },
  { name: "edit", hash: ({ household }) => `/edit/${household}` },
  at("table", "/table/member"),
  at("places", "/checklist/household_assessment"),
  { name: "checklist", hash: ({ place }) => `/checklist/household_assessment?place=${encodeURIComponent(place)}` },
  at("book"),
  at("book-sums", "/book/member?view=sums"),
  at("periods"),
  at("period", "/period/2026-11"),
  at("closing", "/period/2026-10"),
  at("signed", "/period/2026-09"),
  at("progress"),
  at("progress-branches", "/progress?by=branch"),
  at("progress-parts", "/progress?indicator=TT01"),
  at("bin"),
  at("sync"),
  at("settings"),
  at("help"),
];

/** Pages on which the province has had its say. */
export const TOLD_VIEWS: readonly View[] = [at("home-told", "/"), at("returned", "/period/2026-09"), at("told", "/period/2026-10"), at("sync-told", "/sync")];

/** Of one record it has spoken, too, in a register of its own: elsewhere these words would hide those about periods. */
export const SAID_VIEWS: readonly View[] = [{ name: "record-told", hash: ({ activity }) => `/record/${activity}` }];

export type Language = "vi" | "en";

/** A page for which a program of its own is started: what has to be so, and what is done to see it. */
export interface Front {
  name: string;
  before(host: Host, language: Language): Promise<unknown>;
  after(page: Page, language: Language): Promise<unknown>;
}

export const FRONTS: readonly Front[] = [
  { name: "start", before: nothing, after: start },
  { name: "recovery", before: nothing, after: begin },
  { name: "sample", before: knowSample, after: (page) => page.getByTestId("sample-banner").waitFor() },
  { name: "sample-tour", before: trySample, after: (page) => page.getByTestId("tour").waitFor() },
  { name: "unlock", before: lock, after: (page) => page.getByTestId("unlock-pin").waitFor() },
];

function nothing(): Promise<void> {
  return Promise.resolve();
}

async function lock(host: Host, language: Language): Promise<void> {
  await host.call("register_create", { unit_code: UNIT, on: null, officer: "Cán bộ Hội", pin: PIN });
  await host.call("recovery_kept", {});
  const { settings } = await host.call("app_state", {});
  await host.call("settings_save", { ...settings, language });
  await host.call("register_lock", {});
}

async function trySample(host: Host, language: Language): Promise<void> {
  const { settings } = await host.call("app_state", {});
  await host.call("sample_open", { settings: { ...settings, language } });
}

/** The tour was seen to its end; it opens by itself before. */
async function knowSample(host: Host, language: Language): Promise<void> {
  await trySample(host, language);
  // As a page does first, which would otherwise be one of before.
  await host.call("page_begin", {});
  await host.call("sample_step", { step: steps.length });
}

async function start(page: Page, language: Language): Promise<void> {
  await page.getByTestId("unit-option").first().waitFor();
  if (language === "en") await page.locator("label:has([data-testid=language-en])").click();
}

async function begin(page: Page, language: Language): Promise<void> {
  await start(page, language);
  await page.getByTestId("unit-search").fill("a luoi 2");
  await page.getByTestId("unit-option").first().click();
  await page.getByTestId("officer-name").fill("Cán bộ Hội");
  await page.getByTestId("pin").fill(PIN);
  await page.getByTestId("pin-again").fill(PIN);
  await page.getByTestId("create-register").click();
  await page.getByTestId("recovery-kept").waitFor();
}
