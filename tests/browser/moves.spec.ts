// A member who comes and goes: written down from her own page, told when it would count twice, and followed in the book.
import { settle } from "./commune.ts";
import { expect, go, test } from "./fixture.ts";
import type { Host } from "./host.ts";

async function memberOf(host: Host, full_name: string): Promise<string> {
  const { branch } = await settle(host);
  const fields = { full_name, birth_year: 1951, sex: "female", joined_on: "2025-07-01", status: "active", branch };
  const saved = await host.call("record_save", { id: null, kind: "member", fields, base: null, draft_id: null });
  const event = { member: saved.id, event: "opening", happened_on: "2025-07-01", branch };
  await host.call("record_save", { id: null, kind: "membership_event", fields: event, base: null, draft_id: null });
  return saved.id;
}

test("an event is written down from a member's page, and her status follows it there and back", async ({ host, page, watch }) => {
  const id = await memberOf(host, "Kăn Thị Hiền");
  await go(page, host, `/record/${id}`);
  await watch.settled();
  await page.getByTestId("about-membership_event").click();
  await expect(page.getByTestId("field-member")).toHaveValue(/Kăn Thị Hiền/);
  await expect(page.getByTestId("field-branch")).toHaveValue(/A Hươr/);
  await expect(page.getByTestId("field-age_band")).toHaveValue("Trên 60 tuổi");
  await page.getByTestId("field-event").fill("qua doi");
  await page.keyboard.press("Enter");
  await page.getByTestId("field-happened_on").fill("5/3/2026");
  await page.keyboard.press("Control+s");
  await expect(page).toHaveURL(new RegExp(`#/record/${id}$`));
  await expect(page.getByTestId("toast").filter({ hasText: "Trong sổ, Kăn Thị Hiền nay là “Đã qua đời”." })).toBeVisible();
  const main = page.locator("main");
  await expect(main.getByText("Đã qua đời").first()).toBeVisible();
  await expect(page.getByTestId("connected-membership_event")).toContainText("Qua đời");
  await page.getByTestId("toast-undo").click();
  await expect(main.getByText("Đang sinh hoạt").first()).toBeVisible();
  await expect(page.getByTestId("connected-membership_event")).not.toContainText("Qua đời");
  await watch.settled();
});

test("one more admission of a member is told of while it is typed", async ({ host, page, watch }) => {
  const id = await memberOf(host, "Hồ Thị Thoi");
  await go(page, host, `/new/membership_event?member=${id}`);
  await watch.settled();
  await page.getByTestId("field-event").fill("ket nap");
  await page.keyboard.press("Enter");
  await page.getByTestId("field-happened_on").fill("5/3/2026");
  await page.keyboard.press("Tab");
  await expect(page.locator("main")).toContainText("Người này đã được tính là hội viên từ ngày 01/07/2025: ghi thêm thì bị tính hai lần.");
});

test("a name that is typed and left at once is looked up, and nobody else is taken", async ({ host, page, watch }) => {
  const first = await memberOf(host, "Hồ Thị Thoi");
  await memberOf(host, "Kăn Thị Nhất");
  for (const name of ["Lê Thị Trùng", "Lê Thị Trùng"]) await memberOf(host, name);
  const member = page.getByTestId("field-member");
  const type = async (name: string) => {
    await member.focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type(name);
  };
  await go(page, host, `/new/membership_event?member=${first}`);
  await watch.settled();
  await type("kan thi nhat");
  await page.keyboard.press("Tab");
  await expect(member).toHaveValue("Kăn Thị Nhất");
  // Of two nobody is taken, and neither is who stood there before.
  await type("le thi trung");
  await page.keyboard.press("Tab");
  await expect(member).toHaveValue("le thi trung");
  await page.keyboard.press("Control+s");
  await expect(member).toBeFocused();
  await expect(page.locator("main")).toContainText("Chưa biết là ai, phiếu nào");
  // Nor when it is saved before anybody has looked.
  await page.getByTestId("field-event").fill("qua doi");
  await page.keyboard.press("Tab");
  await type("le thi trung");
  await page.keyboard.press("Control+s");
  await expect(page.locator("main")).toContainText("Chưa biết là ai, phiếu nào");
  await type("kan thi nhat");
  await page.keyboard.press("Control+s");
  await expect(page.getByTestId("toast").filter({ hasText: "Kăn Thị Nhất nay là “Đã qua đời”" })).toBeVisible();
  await watch.settled();
});

test("what is written of another person in a form about one is that person's after the lock, too", async ({ host, page, watch }) => {
  const first = await memberOf(host, "Hồ Thị Thoi");
  await memberOf(host, "Kăn Thị Nhất");
  await go(page, host, `/new/membership_event?member=${first}`);
  await watch.settled();
  const member = page.getByTestId("field-member");
  await member.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("kan thi nhat");
  await page.keyboard.press("Tab");
  await expect(member).toHaveValue("Kăn Thị Nhất");
  await expect(page).toHaveURL(/#\/new\/membership_event\?draft=/);
  await page.getByTestId("field-note").fill("chờ giấy");
  await page.getByTestId("lock").click();
  await page.getByTestId("unlock-pin").fill("246813");
  await page.keyboard.press("Enter");
  await expect(member).toHaveValue("Kăn Thị Nhất");
  await expect(page.getByTestId("field-note")).toHaveValue("chờ giấy");
});

test("erasing somebody says what goes on counting", async ({ host, page, watch }) => {
  const id = await memberOf(host, "Hồ Thị Thoi");
  await go(page, host, `/record/${id}`);
  await watch.settled();
  await page.getByTestId("erase").click();
  await expect(page.getByTestId("erase-named")).toContainText("Còn 1 phiếu nhắc đến phiếu này. Các phiếu ấy vẫn được tính");
});

test("a form about one record leaves the draft about another where it is", async ({ host, page, watch }) => {
  const first = await memberOf(host, "Hồ Thị Nhất");
  const second = await memberOf(host, "Hồ Thị Nhì");
  await go(page, host, `/new/membership_event?member=${first}`);
  await watch.settled();
  await page.getByTestId("field-note").fill("chờ giấy");
  await go(page, host, `/new/membership_event?member=${second}`);
  await expect(page.getByTestId("field-member")).toHaveValue(/Hồ Thị Nhì/);
  await expect(page.getByTestId("field-note")).toHaveValue("");
  await page.getByTestId("field-note").fill("chuyển về quê");
  await go(page, host, "/");
  await watch.settled();
  const drafts = page.getByTestId("draft-membership_event");
  await expect(drafts).toHaveCount(2);
  const notes = new Set<string>();
  for (const at of [0, 1]) {
    await go(page, host, "/");
    await drafts.nth(at).click();
    const note = page.getByTestId("field-note");
    await expect(note).not.toHaveValue("");
    notes.add(await note.inputValue());
  }
  expect(notes).toEqual(new Set(["chờ giấy", "chuyển về quê"]));
});
