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
