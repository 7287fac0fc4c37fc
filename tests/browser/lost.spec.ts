// A disk with a bad spot under what was saved last, after a cut: what cannot be read is told, and not before somebody
// has seen it is it told no more.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./fixture.ts";
import { Host, PIN } from "./host.ts";

const HEADER = 32;
const FRAME = 24 + 4096;

/** Spoils a page in the middle of the log. */
function spoil(folder: string): void {
  const log = join(folder, "register.db-wal");
  const bytes = readFileSync(log);
  const middle = HEADER + Math.floor((bytes.length - HEADER) / FRAME / 2) * FRAME;
  bytes.fill(7, middle + 100, middle + 200);
  writeFileSync(log, bytes);
}

test("saves that a bad disk has lost are told at home until she has looked", async ({ page, watch }) => {
  let host = await Host.open();
  const fields = { topic: "chinh_tri_tu_tuong", form: "hop_chi_hoi", held_on: "2026-02-02", n_total: 30, n_women: 20 };
  for (let n = 0; n < 6; n++) {
    await host.call("record_save", { id: null, kind: "propaganda_activity", fields: { ...fields, title: `Buổi ${n}` }, base: null, draft_id: null });
  }
  host = await host.cutOff(spoil);
  await host.call("register_unlock", { pin: PIN });
  const lost = (await host.call("home_get", {})).lost_saves?.n ?? 0;
  expect(lost).toBeGreaterThan(0);
  await page.goto(host.url);
  const told = page.getByTestId("lost-saves");
  await expect(told).toContainText(`Không đọc được ít nhất ${lost} lần lưu ngay trước khi máy tắt`);
  await expect(told).toContainText("Sao lưu sổ ra USB ngay hôm nay");
  await page.reload();
  await expect(told).toBeVisible();
  await watch.settled();
  await page.screenshot({ path: test.info().outputPath("lost.png") });
  await page.getByTestId("lost-saves-seen").click();
  await expect(told).toHaveCount(0);
  await page.reload();
  await watch.settled();
  await expect(told).toHaveCount(0);
  await host.stop();
});
