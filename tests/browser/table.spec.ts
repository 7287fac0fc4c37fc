// What a table does with what is pasted into it: nothing goes without a word.
import type { Page } from "@playwright/test";
import { settle } from "./commune.ts";
import { expect, go, test } from "./fixture.ts";

/** What Excel puts on the clipboard. */
async function pasteCells(page: Page, rows: string[][]): Promise<void> {
  await page.evaluate((text) => navigator.clipboard.writeText(text), rows.map((row) => row.join("\t")).join("\n"));
  await page.keyboard.press("Control+v");
}

test("a table begins with what a form begins with, and a fault above it is pointed at there", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/table/scholarship");
  await watch.settled();
  await pasteCells(page, [["Họ tên học sinh", "Ghi chú"], ["Hồ Thị Đan", "mồ côi"], ["Kăn Lịch", ""]]);
  await expect(page.getByTestId("common-fund")).toHaveValue(/Nguyễn Thị Định/);
  await expect(page.getByTestId("common-n_grants")).toHaveValue("1");
  await page.getByTestId("common-awarded_on").fill("31/2");
  await page.getByTestId("cell-1-pupil_name").click();
  await page.keyboard.press("Control+s");
  await expect(page.getByTestId("table-wrong")).toContainText("Ngày trao");
  await expect(page.getByTestId("common-awarded_on")).toBeFocused();
  await expect(page.locator("[data-testid=table-row].wrong")).toHaveCount(0);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("5/2/2026");
  await page.keyboard.press("Control+s");
  await expect(page.getByTestId("toast")).toContainText("2");
});

test("a row of a table that is begun has the catalogue's defaults", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/table/registered_work");
  await watch.settled();
  await page.keyboard.type("Làm 500 m đường hoa");
  await expect(page.getByTestId("cell-0-programme")).not.toBeEmpty();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await expect(page.getByTestId("table-row")).toHaveCount(1);
});

test("lines and paragraphs in a cell of Word do not run together", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/table/member");
  await watch.settled();
  const html = "<table><tr><td><p>Họ và<o:p></o:p></p><p>tên</p></td><td>Năm<br>sinh</td></tr><tr><td><p>Hồ Thị</p><p>Đ<b>a</b>n</p></td><td><div>1985</div></td></tr></table><p>Thôn A Roàng</p><table><tr><td>Họ và tên</td><td>Năm sinh</td></tr><tr><td>Kăn Lịch</td><td>1990</td></tr></table>";
  await page.evaluate((html) => navigator.clipboard.write([new ClipboardItem({ "text/html": new Blob([html], { type: "text/html" }) })]), html);
  await page.keyboard.press("Control+v");
  await expect(page.getByTestId("cell-0-birth_year")).toHaveText("1985");
  await expect(page.getByTestId("cell-0-full_name")).toHaveValue("Hồ Thị Đan");
  // A list for each hamlet, with its heading again.
  await expect(page.getByTestId("cell-1-full_name")).toHaveText("Kăn Lịch");
  await expect(page.getByTestId("cell-1-birth_year")).toHaveText("1990");
  await expect(page.getByRole("status").filter({ hasText: "Đã dán 2 dòng" })).toContainText("Bỏ 1 dòng");
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
  // It is part of the draft.
  await expect.poll(async () => (await host.call("draft_list", {})).drafts.some((draft) => draft.kind === "scholarship" && "#left" in draft.fields)).toBe(true);
  await page.reload();
  await expect(left).toContainText("Bỏ qua cột: Trường, Số tiền");
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

test("in a form, too, a pasted column that is none of its rows is named until she closes that", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/vocational_training");
  await watch.settled();
  await page.getByTestId("field-trainees-add").click();
  await pasteCells(page, [["STT", "Họ và tên", "Trường"], ["1", "Kăn Nhen", "A Roh"], ["2", "Hồ Thị Đan", ""]]);
  await expect(page.locator("#field-trainees-1-full_name")).toHaveValue("Hồ Thị Đan");
  const left = page.getByTestId("field-trainees-left");
  await expect(left).toContainText("Bỏ qua cột: Trường");
  await left.getByRole("button").click();
  await expect(left).toHaveCount(0);
});
