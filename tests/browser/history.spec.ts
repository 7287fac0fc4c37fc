// Of a long history of syncs and files the newest are shown, and all of them by one press, with the keyboard on.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, go, test } from "./fixture.ts";
import { UNIT, type Host } from "./host.ts";
import { Province } from "./province.ts";

const FIRST = 10;
const talk = (n: number) => ({ title: `Buổi thứ ${n}`, topic: "chinh_tri_tu_tuong", form: "hop_chi_hoi", held_on: "2026-02-05", n_total: 20 + n, n_women: 15 });

async function write(host: Host, n: number): Promise<void> {
  await host.call("record_save", { id: null, kind: "propaganda_activity", fields: talk(n), base: null, draft_id: null });
}

/** So many syncs, each with a record more than the one before had. */
async function send(host: Host, n_syncs: number): Promise<void> {
  for (let n = 1; n <= n_syncs; n++) {
    await write(host, n);
    expect((await host.call("sync_start", {})).outcome).toBe("up_to_date");
  }
}

test("a history that fits has no more to show, and of a longer one the rest comes by the keyboard", async ({ host, page, watch }) => {
  const province = await Province.start(false);
  let isThere = true;
  const stick = mkdtempSync(join(tmpdir(), "sohoi-browser-stick-"));
  try {
    await host.call("enrol", { file: null, hub_url: province.url, code: province.code(UNIT) });
    await send(host, FIRST);
    await go(page, host, "/sync");
    await watch.settled();
    const runs = page.getByTestId("history-run");
    const more = page.getByTestId("history-more");
    await expect(runs).toHaveCount(FIRST);
    await expect(more).toHaveCount(0);

    // A file, and a press without a line, are lines of it, too.
    await write(host, FIRST + 1);
    const { name } = await host.call("bundle_out", { folder: stick });
    await province.stop();
    isThere = false;
    expect((await host.call("sync_start", {})).outcome).toBe("offline");
    await page.reload();
    await watch.settled();
    await expect(runs).toHaveCount(FIRST);
    await expect(runs.nth(0)).toHaveAttribute("data-outcome", "offline");
    await expect(runs.nth(1)).toHaveAttribute("data-outcome", "written");
    await expect(runs.nth(1)).toContainText(name);

    await more.focus();
    await page.keyboard.press("Enter");
    await expect(runs).toHaveCount(FIRST + 2);
    await watch.settled();
    await expect(runs.nth(FIRST), "the keyboard is where the new lines begin").toBeFocused();
    await expect(more).toHaveCount(0);
    await expect(page.getByTestId("history")).toContainText("200");
    const outcomes = await runs.evaluateAll((all) => all.map((one) => one.getAttribute("data-outcome")));
    expect(outcomes).toEqual(["offline", "written", ...Array<string>(FIRST).fill("up_to_date")]);
  } finally {
    if (isThere) await province.stop();
    rmSync(stick, { recursive: true, force: true });
  }
});
