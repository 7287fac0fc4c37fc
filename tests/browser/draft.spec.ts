// A draft that was thrown away by one press comes back by another, with all that was typed.
import { settle } from "./commune.ts";
import { expect, go, test } from "./fixture.ts";

const TITLE = "Buổi ở thôn A Đớt";

test("a form that was typed into and emptied leaves no draft, and neither does a change that was taken back", async ({ host, page, watch }) => {
  const commune = await settle(host);
  const drafts = async () => (await host.call("draft_list", {})).drafts.filter((draft) => ["propaganda_activity", "branch"].includes(draft.kind)).length;
  await go(page, host, "/new/propaganda_activity");
  await watch.settled();
  const name = page.getByTestId("field-title");
  await name.pressSequentially(TITLE);
  await expect.poll(drafts).toBe(1);
  await name.fill("");
  await expect.poll(drafts).toBe(0);
  await name.fill(TITLE);
  await expect.poll(drafts).toBe(1);
  await name.fill("");
  await go(page, host, `/edit/${commune.activity}`);
  await expect.poll(drafts).toBe(0);
  await watch.settled();
  const total = page.getByTestId("field-n_total");
  const before = await total.inputValue();
  await total.fill("99");
  await expect.poll(drafts).toBe(1);
  await total.fill(before);
  await expect.poll(drafts).toBe(0);
});

test("on the form and at home, what was dropped can be taken back", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/propaganda_activity");
  await watch.settled();
  const name = page.getByTestId("field-title");
  const kept = page.waitForResponse((response) => response.url().endsWith("/api/draft_save"));
  await name.pressSequentially(TITLE);
  await kept;
  await page.reload();
  await expect(name).toHaveValue(TITLE);
  // A letter more, and dropped before the pause in which it would be written.
  await name.press("End");
  await page.keyboard.type("!");
  await page.getByTestId("discard-draft").click();
  await expect(name).toHaveValue("");
  await page.getByTestId("toast-undo").click();
  const draft = page.getByTestId("draft-propaganda_activity");
  await expect(draft).toContainText(`${TITLE}!`);

  const drop = page.locator("li", { has: draft.filter({ hasText: TITLE }) }).getByTestId("drop-draft");
  const done: string[] = [];
  page.on("request", (request) => done.push(request.url().split("/api/")[1] ?? ""));
  await drop.press("Enter");
  await expect(draft.filter({ hasText: TITLE })).toHaveCount(0);
  // By keyboard the way back is the one of everything else, and what was done before it stays.
  await page.keyboard.press("Control+z");
  await expect(draft).toContainText(`${TITLE}!`);
  expect(done).not.toContain("undo");
});
