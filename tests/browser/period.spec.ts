// A select of periods holds them all once she is about to choose, by mouse or by keyboard, and few before.
import { settle } from "./commune.ts";
import { expect, go, test } from "./fixture.ts";

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
