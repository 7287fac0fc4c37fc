// What was saved in a sitting is undone on its page: the rows come again once, and not for ever.
import { settle } from "./commune.ts";
import { expect, go, test } from "./fixture.ts";

test("two faults with one sentence are both told, and the keyboard stays in the rows", async ({ host, page, watch }) => {
  const { place } = await settle(host);
  await go(page, host, `/checklist/household_assessment?place=${encodeURIComponent(place)}`);
  await watch.settled();
  for (const key of ["ArrowRight", "ArrowRight"]) {
    await page.keyboard.press("Space");
    await page.keyboard.press("Space");
    await page.keyboard.press("F2");
    await page.keyboard.insertText("nhà\u0007dột");
    await page.keyboard.press("Enter");
    await page.keyboard.press(key);
  }
  for (const _ of [1, 2]) {
    await page.keyboard.press("Control+s");
    await expect(page.getByTestId("checklist-wrong")).toBeVisible();
    await expect(page.getByTestId("checklist").locator("li.error")).toHaveCount(2);
    await expect(page.locator("[role=grid] :focus")).toHaveCount(1);
    await watch.settled();
  }
});

test("a note that is too long is kept whole and told", async ({ host, page, watch }) => {
  const { place } = await settle(host);
  await go(page, host, `/checklist/household_assessment?place=${encodeURIComponent(place)}`);
  await watch.settled();
  await page.keyboard.press("Space");
  await page.keyboard.press("Space");
  await page.keyboard.press("F2");
  const note = "nhà dột ".repeat(50).trim();
  await page.keyboard.insertText(note);
  const told = page.getByTestId("checklist").locator("li.error");
  await expect(told).toContainText("Dài quá 300 ký tự");
  await expect(page.getByTestId("mark-note")).toHaveValue(note);
  await page.getByTestId("mark-note").fill("nhà dột");
  await expect(told).toHaveCount(0);
});

test("an undo has the sitting read again, and then it is quiet", async ({ host, page, watch }) => {
  const { place } = await settle(host);
  let n_reads = 0;
  page.on("request", (request) => (n_reads += Number(request.url().endsWith("/api/checklist_get"))));
  await go(page, host, `/checklist/household_assessment?place=${encodeURIComponent(place)}`);
  await watch.settled();
  await page.keyboard.press("+");
  await page.keyboard.press("Control+s");
  await page.getByTestId("toast").waitFor();
  await watch.settled();
  const n_before = n_reads;
  await page.getByTestId("undo").click();
  await page.getByTestId("undo-confirm").click();
  await expect.poll(() => n_reads).toBeGreaterThan(n_before);
  // Never, while one question follows on the other.
  await watch.settled();
  expect(n_reads - n_before).toBeLessThanOrEqual(2);
});
