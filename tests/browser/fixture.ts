// What every test of the pages begins with: a host with a register of its own, and a page that is watched.
import { test as base, type Page } from "@playwright/test";
import { settle, speak, speakOf, type Commune } from "./commune.ts";
import { Host } from "./host.ts";
import { Province } from "./province.ts";
import { Watch } from "./watch.ts";

interface Fixtures {
  /** With an open, empty register. */
  host: Host;
  /** Fails the test when the page said or missed something. */
  watch: Watch;
}

export const test = base.extend<Fixtures>({
  // Playwright wants the braces.
  host: async ({}, use) => {
    const host = await Host.open();
    await use(host);
    await host.stop();
  },
  watch: async ({ page }, use) => {
    const watch = new Watch(page);
    await use(watch);
    watch.check();
  },
});

interface Sort {
  /** The same to the last code each time. */
  still?: boolean;
  /** Tied to a hub that has spoken, or even of a record. */
  enrolled?: boolean | "record";
}

/** Tests that share a register of `commune.ts`, one a worker. */
export const withCommune = ({ still = false, enrolled = false }: Sort) =>
  test.extend<object, { settled: { host: Host; commune: Commune } }>({
    settled: [
      async ({}, use) => {
        const host = await Host.open(still);
        const commune = await settle(host);
        const province = enrolled ? await Province.start(still) : null;
        if (province) await speak(host, province);
        if (province && enrolled === "record") await speakOf(host, province, commune.activity);
        await use({ host, commune });
        await host.stop();
        await province?.stop();
      },
      { scope: "worker" },
    ],
  });

export { expect } from "@playwright/test";

/** Goes to a page of the window, loading it when it is not there yet. */
export async function go(page: Page, host: Host, hash: string): Promise<void> {
  if (page.url().startsWith(host.url)) await page.evaluate((to) => (location.hash = to), hash);
  else await page.goto(`${host.url}/#${hash}`);
}
