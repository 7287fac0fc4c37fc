// What the main thread of a browser does for a page: Chromium with its processor slowed, and a trace of each step.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

import { PIN } from "./host.mjs";

/** Nothing is under way any more when this long nothing was asked; of the typing the pause counts in. */
const QUIET_MS = 500;
const ROW = "[data-testid=record-row]";
const PATIENCE_MS = 60_000;
const SCREEN = { width: 1366, height: 768 };

function installed() {
  const names = ["chromium", "google-chrome", "google-chrome-stable"];
  const found = process.env.PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
  if (!found) throw new Error("no Chromium on the path");
  return found;
}

/** Milliseconds of the page's main thread in a trace: all tasks, the longest, and what they were spent on. `cpu` is the
 * time that the thread really had: what others took from it on a busy machine is not in that. */
function work(trace) {
  const { traceEvents } = JSON.parse(trace);
  const main = traceEvents.find((event) => event.name === "thread_name" && event.args.name === "CrRendererMain" && traceEvents.some((one) => one.pid === event.pid && one.name === "RunTask"));
  const ours = traceEvents.filter((event) => event.pid === main?.pid && event.tid === main?.tid && event.dur > 0);
  const ms = (names) => ours.filter((event) => names.includes(event.name)).reduce((sum, event) => sum + event.dur / 1000, 0);
  const tasks = ours.filter((event) => event.name === "RunTask").map((event) => event.dur / 1000);
  return {
    total: tasks.reduce((sum, one) => sum + one, 0),
    cpu: ours.filter((event) => event.name === "RunTask").reduce((sum, event) => sum + (event.tdur ?? 0) / 1000, 0),
    longest: Math.max(0, ...tasks),
    script: ms(["FunctionCall", "EvaluateScript", "RunMicrotasks", "EventDispatch"]),
    layout: ms(["Layout", "UpdateLayoutTree"]),
    paint: ms(["PrePaint", "Paint", "Layerize", "Commit"]),
  };
}

class Screen {
  #pending = 0;
  #moved = 0;

  static async open(host, slower) {
    const screen = new Screen();
    const words = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    screen.browser = await chromium.launch({ executablePath: installed(), args: words });
    const page = await screen.browser.newPage({ viewport: SCREEN, locale: "vi" });
    screen.page = page;
    const begun = () => ((screen.#pending += 1), (screen.#moved = performance.now()));
    const ended = () => ((screen.#pending -= 1), (screen.#moved = performance.now()));
    page.on("request", begun);
    page.on("requestfinished", ended);
    page.on("requestfailed", ended);
    page.on("pageerror", (error) => console.error(`the page failed: ${error.message}`));
    await page.goto(`${host.address}/`);
    const pin = page.getByTestId("unlock-pin");
    await page.locator("[data-testid=unlock-pin], main h1").first().waitFor();
    if (await pin.count()) {
      await pin.fill(PIN);
      await page.keyboard.press("Enter");
    }
    await page.locator("main h1").waitFor();
    await (await page.context().newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: slower });
    await screen.quiet();
    return screen;
  }

  /** Waits without asking the page, whose main thread is what is measured. */
  async quiet() {
    this.#moved = performance.now();
    while (this.#pending > 0 || performance.now() - this.#moved < QUIET_MS) await new Promise((go) => setTimeout(go, 25));
  }

  /** Waits until something stands there and nothing is under way any more. */
  async settled(there) {
    const end = performance.now() + PATIENCE_MS;
    do await this.quiet();
    while ((await this.page.locator(there).count()) === 0 && performance.now() < end);
    if (performance.now() >= end) throw new Error(`${there} is not there`);
  }

  async traced(act, there) {
    await this.browser.startTracing(this.page, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"] });
    await act(this.page);
    await this.settled(there);
    return work((await this.browser.stopTracing()).toString());
  }
}

const go = (address) => (page) => page.evaluate((to) => void (location.hash = to), address);
const press = (key) => (page) => page.keyboard.press(key);

/** Where each step begins, what is done, and what must stand there afterwards. */
const steps = [
  // What a step costs before anything is done: the browser's own, and being asked.
  { name: "nothing", from: "#/settings", act: (page) => page.evaluate(() => undefined), there: "main h1" },
  { name: "home", from: "#/settings", act: go("#/"), there: "main .columns" },
  { name: "list of members opened", from: "#/settings", act: go("#/kind/member"), there: ROW },
  { name: "list scrolled by one view", from: "#/kind/member", ready: focusRow, act: press("PageDown"), there: ROW },
  { name: "list scrolled to its end", from: "#/kind/member", ready: focusRow, act: press("Control+End"), there: ROW },
  { name: "wheel over the list, one turn", from: "#/kind/member", ready: over, act: turn, there: ROW },
  { name: "list sorted by name", from: "#/kind/member", act: (page) => page.getByTestId("sort-title").click(), there: ROW },
  { name: "search in the list, six letters", from: "#/kind/member", ready: (page) => page.getByTestId("list-search").focus(), act: (page) => page.keyboard.type("nguyen"), there: ROW },
  { name: "search, one more letter", from: "#/kind/member", ready: searched, act: (page) => page.keyboard.type("n"), there: ROW },
  { name: "form opened", from: "#/settings", act: go("#/new/member"), there: "#field-full_name" },
  { name: "record opened from the list", from: "#/kind/member", act: (page) => page.locator(ROW).nth(3).click(), there: "[data-testid=edit]" },
  { name: "back to the list", from: "#/kind/member", ready: opened, act: (page) => page.evaluate(() => history.back()), there: ROW },
  { name: "progress", from: "#/settings", act: go("#/progress"), there: "[data-testid=figures-table]" },
  { name: "book of members", from: "#/settings", act: go("#/book/member"), there: "[data-testid=book-row]" },
  { name: "periods of a year", from: "#/settings", act: go("#/periods"), there: "[data-testid=periods-table]" },
];

async function focusRow(page) {
  const link = page.locator("[data-testid=record-row] a").first();
  await link.focus();
}
async function searched(page) {
  await page.getByTestId("list-search").focus();
  await page.keyboard.type("nguye");
}
async function over(page) {
  await page.locator(ROW).nth(3).hover();
}
async function turn(page) {
  await page.mouse.wheel(0, 120);
}
async function opened(page) {
  await page.locator(ROW).nth(3).click();
  await page.getByTestId("edit").waitFor();
}

const median = (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];

export async function pagesOf(host, { slower, n_runs, only = "" }, say) {
  const screen = await Screen.open(host, slower);
  const rows = [];
  try {
    for (const { name, from, ready, act, there } of steps.filter((step) => step.name.includes(only))) {
      const runs = [];
      // The first time a page's code is loaded; that is told on its own.
      for (let run = 0; run <= n_runs; run += 1) {
        // By way of another page, and with the pointer nowhere: to go where one is already would leave a list as the
        // run before has scrolled it.
        await screen.page.mouse.move(0, 0);
        await go("#/settings")(screen.page);
        await screen.quiet();
        await go(from)(screen.page);
        await screen.settled(from.startsWith("#/kind") ? ROW : "main h1");
        await ready?.(screen.page);
        await screen.quiet();
        runs.push(await screen.traced(act, there));
      }
      const [first, ...later] = runs;
      const of = (what) => median(later.map((run) => run[what]));
      const row = { name, first: first.total, ...Object.fromEntries(Object.keys(first).map((what) => [what, of(what)])) };
      rows.push(row);
      say(`${name}: ${row.total.toFixed(0)} ms, the longest task ${row.longest.toFixed(0)} ms, ${row.cpu.toFixed(0)} ms on a processor (${first.total.toFixed(0)} ms the first time)`);
    }
    return { pages: rows, n_drawn: await drawn(screen), browser: screen.browser.version() };
  } finally {
    await screen.browser.close();
  }
}

async function drawn(screen) {
  await go("#/kind/member")(screen.page);
  await screen.page.getByTestId("record-row").first().waitFor();
  return screen.page.getByTestId("record-row").count();
}
