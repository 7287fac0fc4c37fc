// What a table does with what is pasted into it: nothing goes without a word.
import type { Page } from "@playwright/test";
import { settle } from "./commune.ts";
import { expect, go, test } from "./fixture.ts";

/** What Excel puts on the clipboard. */
async function pasteCells(page: Page, rows: string[][]): Promise<void> {
  await page.evaluate((text) => navigator.clipboard.writeText(text), rows.map((row) => row.join("\t")).join("\n"));
  await page.keyboard.press("Control+v");
}

test("lines and paragraphs in a cell of Word do not run together", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/table/member");
  await watch.settled();
  const html = "<table><tr><td><p>Họ và<o:p></o:p></p><p>tên</p></td><td>Năm<br>sinh</td></tr><tr><td><p>Hồ Thị</p><p>Đ<b>a</b>n</p></td><td><div>1985</div></td></tr></table>";
  await page.evaluate((html) => navigator.clipboard.write([new ClipboardItem({ "text/html": new Blob([html], { type: "text/html" }) })]), html);
  await page.keyboard.press("Control+v");
  await expect(page.getByTestId("cell-0-birth_year")).toHaveText("1985");
  await expect(page.getByTestId("cell-0-full_name")).toHaveValue("Hồ Thị Đan");
});

test("columns that a table does not know are named until she closes that, and can be given a field", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/table/scholarship");
  await watch.settled();
  await pasteCells(page, [
    ["STT", "Họ tên", "Trường", "Số tiền", "Ghi chú"],
    ["1", "Hồ Thị Đan", "THCS Hồng Kim", "1.500.000", "mồ côi cha"],
    ["2", "Kăn Lịch", "TH A Roh", "2 triệu", ""],
    ["", "", "", "3.500.000", ""],
  ]);
  const left = page.getByTestId("table-left");
  await expect(left).toContainText("Bỏ qua cột: Trường, Số tiền");
  await expect(page.getByRole("status").filter({ hasText: "Đã dán 2 dòng" })).toContainText("Bỏ 1 dòng");
  await expect(page.getByTestId("cell-0-note")).toHaveText("mồ côi cha");
  await page.getByTestId("table-left-4").selectOption("amount_vnd");
  await page.getByTestId("table-left-take").click();
  await expect(page.getByTestId("cell-0-amount_vnd")).toHaveText("1.500.000");
  await expect(page.getByTestId("cell-1-amount_vnd")).toHaveText("2.000.000");
  await expect(left).toContainText("Bỏ qua cột: Trường");
  await expect(page.locator("[role=grid] :focus"), "the keyboard is back in the rows").toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(left).toContainText("Bỏ qua cột: Trường, Số tiền");
  await page.getByTestId("table-left-close").click();
  await expect(left).toHaveCount(0);
});
