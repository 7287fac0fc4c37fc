// Whether a page is quiet, and what it complained of.
import { expect, type Page } from "@playwright/test";

/** An open line that is cut when a page goes. */
const EVENTS = "/api/events";

export class Watch {
  #faults: string[] = [];
  #n_open = 0;
  #n_asked = 0;

  constructor(readonly page: Page) {
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.#faults.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.#faults.push(`thrown: ${error.stack ?? error.message}`));
    page.on("request", (request) => {
      if (request.url().endsWith(EVENTS)) return;
      this.#n_open++;
      this.#n_asked++;
    });
    page.on("requestfinished", (request) => {
      if (!request.url().endsWith(EVENTS)) this.#n_open--;
    });
    page.on("requestfailed", (request) => {
      if (request.url().endsWith(EVENTS)) return;
      this.#n_open--;
      this.#faults.push(`failed: ${request.url()} (${request.failure()?.errorText})`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) this.#faults.push(`answered ${response.status()}: ${response.url()}`);
    });
  }

  /** Waits until a page is there whole: nothing is loading, and nothing more was asked for while that was looked at. */
  async settled(): Promise<void> {
    await expect(async () => {
      const n_before = this.#n_asked;
      const isThere = await this.page.evaluate(async () => {
        await document.fonts.ready;
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return document.querySelector("main h1") !== null && document.querySelector("main [aria-busy=true], main .skeleton") === null;
      });
      expect(isThere && this.#n_open === 0 && this.#n_asked === n_before).toBe(true);
    }).toPass({ intervals: [20, 50, 100], timeout: 60_000 });
  }

  check(): void {
    expect(this.#faults).toEqual([]);
  }
}
