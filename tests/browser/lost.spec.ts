// A disk with a bad spot under what was saved last, after a cut: what cannot be read is told, and not before somebody
// has seen it is it told no more.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./fixture.ts";
import { Host, PIN } from "./host.ts";

const HEADER = 32;
const FRAME = 24 + 4096;

/** Turns a bit of a page in the log; `back` counts pages from its end. Puts the files back as they were before. */
function turnBit(folder: string, back: number): void {
  const [database, log] = ["register.db", "register.db-wal"].map((name) => join(folder, name)) as [string, string];
  for (const path of back === FIRST ? [database, log] : []) copyFileSync(path, `${path}-before`);
  for (const path of [database, log]) copyFileSync(`${path}-before`, path);
  const bytes = readFileSync(log);
  const frames = Math.floor((bytes.length - HEADER) / FRAME);
  const at = HEADER + (frames - back) * FRAME + 1000;
  bytes[at] = bytes[at]! ^ 4;
  writeFileSync(log, bytes);
}
const FIRST = 4;

test("saves that a bad disk has lost are told at home until she has looked", async ({ page, watch }) => {
  let host = await Host.open();
  const fields = { topic: "chinh_tri_tu_tuong", form: "hop_chi_hoi", held_on: "2026-02-02", n_total: 30, n_women: 20 };
  for (let n = 0; n < 6; n++) {
    await host.call("record_save", { id: null, kind: "propaganda_activity", fields: { ...fields, title: `Buổi ${n}` }, base: null, draft_id: null });
  }
  // A page that a later save wrote again is no loss, so one is looked for that none did.
  let lost = 0;
  for (let back = FIRST; lost === 0; back++) {
    expect(back).toBeLessThan(FIRST + 20);
    host = await host.cutOff((folder) => turnBit(folder, back));
    await host.call("register_unlock", { pin: PIN }).catch(() => null);
    lost = (await host.call("home_get", {}).catch(() => null))?.lost_saves?.n ?? 0;
  }
  await page.goto(host.url);
  const told = page.getByTestId("lost-saves");
  await expect(told).toContainText(`${lost} lần lưu ngay trước khi máy tắt không đọc được`);
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
