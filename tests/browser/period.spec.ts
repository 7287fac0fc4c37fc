// A select of periods holds them all once she is about to choose, by mouse or by keyboard, and few before.
import { settle } from "./commune.ts";
import { expect, go, test } from "./fixture.ts";

test("a period is signed only after it was asked about, and Enter confirms", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/period/2026-08");
  await watch.settled();
  const submitted: string[] = [];
  page.on("request", (request) => request.url().endsWith("/api/period_submit") && submitted.push(request.url()));
  const sign = page.getByTestId("closing-sign");
  const confirm = page.getByTestId("closing-sign-confirm");
  await sign.focus();
  await page.keyboard.press("Enter");
  await expect(confirm).toBeFocused();
  const dialog = page.locator("dialog[open]");
  await expect(dialog).toContainText("tháng 8/2026");
  await expect(dialog).toContainText(/\d+ phiếu/);
  await expect(dialog).toContainText("không bỏ chốt được");
  await expect(page.getByTestId("closing-sign-left")).toContainText("chi hội chưa có phiếu");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(sign).toBeFocused();
  expect(submitted).toEqual([]);
  await page.keyboard.press("Enter");
  await expect(confirm).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("closing-send")).toBeFocused();
  expect(submitted.length).toBe(1);
});

test("an old period is there to be chosen as soon as the select is reached", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/progress");
  await watch.settled();
  const select = page.getByTestId("period");
  const options = select.locator("option");
  const chosen = await select.inputValue();
  const n_before = await options.count();
  await select.focus();
  await expect(select.locator("option[value='2018']")).toHaveCount(1);
  expect(await options.count()).toBeGreaterThan(2 * n_before);
  expect(await select.inputValue(), "what was chosen stays").toBe(chosen);
  await select.selectOption("2018");
  await watch.settled();
  expect(page.url()).toContain("period=2018");
  // And of a page that opens with it.
  await page.reload();
  await watch.settled();
  expect(await select.inputValue()).toBe("2018");
});
