// What keys do, and where the keyboard is afterwards: in a form, at work, and after what cannot be undone.
import { settle } from "./commune.ts";
import { expect, go, test } from "./fixture.ts";
import { Host } from "./host.ts";
import { Watch } from "./watch.ts";

test("the first start begins at the first thing to do, at the top of the page", async ({ page }) => {
  const host = await Host.start();
  await page.setViewportSize({ width: 683, height: 384 });
  await page.goto(host.url);
  const unit = page.getByTestId("unit-search");
  await expect(unit).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await page.keyboard.type("a luoi 2");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("unit-picked")).toContainText("A Lưới 2");
  await expect(page.getByTestId("officer-name")).toBeFocused();
  await host.stop();
});

test("an Enter that is quicker than the disk takes the choice when it comes", async ({ page }) => {
  const host = await Host.start();
  let letGo: () => void = () => {};
  const held = new Promise<void>((done) => (letGo = done));
  await page.route("**/api/unit_list", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(host.url);
  await expect(page.getByTestId("unit-search")).toBeFocused();
  await page.keyboard.type("a luoi 2");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("unit-picked")).toHaveCount(0);
  letGo();
  await expect(page.getByTestId("unit-picked")).toContainText("A Lưới 2");
  await expect(page.getByTestId("officer-name")).toBeFocused();
  await host.stop();
});

test("Enter goes from field to field and saves nothing", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/propaganda_activity");
  await watch.settled();
  const saved: string[] = [];
  page.on("request", (request) => request.url().endsWith("/api/record_save") && saved.push(request.url()));
  const title = page.getByTestId("field-title");
  await expect(title).toBeFocused();
  await page.keyboard.type("Buổi ở thôn A Đớt");
  await page.keyboard.press("Enter");
  await expect(title).not.toBeFocused();
  await page.keyboard.press("Shift+Enter");
  await expect(title).toBeFocused();
  // A list that lies open takes the key, marked or not.
  const topic = page.getByTestId("field-topic");
  await topic.focus();
  await page.keyboard.press("ArrowDown");
  await expect(topic).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("Enter");
  await expect(topic).toHaveAttribute("aria-expanded", "false");
  await expect(topic).toBeFocused();
  // On answers side by side it goes on, and presses none.
  await go(page, host, "/new/housing_support");
  await watch.settled();
  const answer = page.getByTestId("field-ethnic_minority");
  await answer.focus();
  await page.keyboard.press("Enter");
  await expect(answer).not.toBeFocused();
  await expect(answer).toHaveAttribute("aria-pressed", "false");
  await go(page, host, "/new/propaganda_activity");
  await watch.settled();
  const women = page.getByTestId("field-n_women");
  await women.focus();
  await page.keyboard.press("Enter");
  await expect(women).not.toBeFocused();
  await expect(page.locator("form :focus"), "the keyboard stays in the form").toHaveCount(1);
  expect(saved).toEqual([]);
});

test("Enter stops where rows can be added, and Space adds one", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/housing_support");
  await watch.settled();
  const add = page.getByTestId("field-funding-add");
  await page.getByTestId("field-area_m2").focus();
  await page.keyboard.press("Enter");
  await expect(add).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(add).not.toBeFocused();
  await expect(page.locator("form :focus")).toHaveCount(1);
  await expect(page.locator("[id^=field-funding-0]")).toHaveCount(0);
  await page.keyboard.press("Shift+Enter");
  await expect(add).toBeFocused();
  await page.keyboard.press("Space");
  await expect(page.locator("#field-funding-0-source")).toBeFocused();
});

test("a comma between thousands is asked about and never read as decimals", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/propaganda_activity");
  await watch.settled();
  const total = page.getByTestId("field-n_total");
  await total.fill("1,000");
  await page.keyboard.press("Tab");
  await expect(total).toHaveValue("1,000");
  await expect(total).toHaveAttribute("aria-invalid", "true");
  await total.fill("1.000");
  await page.keyboard.press("Tab");
  await expect(total).toHaveValue("1.000");
  await expect(total).toHaveAttribute("aria-invalid", "false");
});

test("an amount whose last number lacks its unit is asked about, and rưỡi is half", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/scholarship");
  await watch.settled();
  const amount = page.getByTestId("field-amount_vnd");
  await amount.fill("1 triệu 2");
  await page.keyboard.press("Tab");
  await expect(amount).toHaveValue("1 triệu 2");
  await expect(page.locator("#field-amount_vnd-remarks")).toContainText("thiếu đơn vị");
  await amount.fill("1 triệu rưỡi");
  await page.keyboard.press("Tab");
  await expect(amount).toHaveValue("1.500.000");
  await expect(amount).toHaveAttribute("aria-invalid", "false");
});

test("a decimal with more digits than are kept stays as it was typed, and whole fields are told of whole numbers", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/housing_support");
  await watch.settled();
  const area = page.getByTestId("field-area_m2");
  await area.fill("1,25");
  await page.keyboard.press("Tab");
  await expect(area).toHaveValue("1,25");
  await expect(page.locator("#field-area_m2-remarks")).toContainText("một chữ số sau dấu phẩy");
  await area.fill("1,3");
  await page.keyboard.press("Tab");
  await expect(area).toHaveAttribute("aria-invalid", "false");
  await go(page, host, "/new/scholarship");
  await watch.settled();
  for (const [id, example] of [["n_grants", "2.260"], ["amount_vnd", "80 triệu"]] as const) {
    await page.getByTestId(`field-${id}`).fill("12,5");
    await page.keyboard.press("Tab");
    await expect(page.locator(`#field-${id}-remarks`)).toContainText(example);
    await expect(page.locator(`#field-${id}-remarks`)).not.toContainText("82,91");
  }
});

test("a day that has not come is asked about and can be saved", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/propaganda_activity");
  await watch.settled();
  const day = page.getByTestId("field-held_on");
  await day.fill("5/2/2090");
  await page.keyboard.press("Tab");
  await expect(page.locator("#field-held_on-remarks")).toContainText("chưa tới");
  await expect(day).toHaveAttribute("aria-invalid", "false");
});

test("a row that was taken out comes back by Ctrl+Z", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/vocational_training");
  await watch.settled();
  await page.getByTestId("field-trainees-add").click();
  const name = page.locator("#field-trainees-0-full_name");
  await name.fill("Kăn Nhen");
  await page.getByRole("button", { name: "Bỏ dòng 1" }).click();
  await expect(name).toHaveCount(0);
  await expect(page.getByTestId("field-trainees-add")).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(name).toHaveValue("Kăn Nhen");
});

test("no choice of a row lies under another", async ({ host, page, watch }) => {
  await settle(host);
  for (const width of [683, 900, 1024, 1280, 1366, 1920]) {
    await page.setViewportSize({ width, height: 768 });
    await go(page, host, "/new/vocational_training");
    await watch.settled();
    if ((await page.locator("#field-trainees-0-full_name").count()) === 0) await page.getByTestId("field-trainees-add").click();
    const covered = await page.getByTestId("field-trainees").locator("button, input").evaluateAll((all) =>
      all.flatMap((one) => {
        one.scrollIntoView({ block: "center" });
        const { left, right, top, bottom } = one.getBoundingClientRect();
        const at = [left + 3, right - 3].map((x) => document.elementFromPoint(x, (top + bottom) / 2));
        return at.every((found) => found !== null && one.contains(found)) ? [] : [one.id || one.textContent];
      }),
    );
    expect(covered, `at ${width} pixels`).toEqual([]);
  }
});

test("after what cannot be undone, Ctrl+Z names what was before it and takes nothing back at once", async ({ host, page, watch }) => {
  const commune = await settle(host);
  await go(page, host, "/");
  await watch.settled();
  const undone: string[] = [];
  page.on("request", (request) => request.url().endsWith("/api/undo") && undone.push(request.url()));
  await go(page, host, `/record/${commune.member}`);
  await page.getByTestId("erase").click();
  await page.getByTestId("erase-reason").fill("ghi nhầm");
  await page.getByTestId("erase-confirm").click();
  await expect(page.getByTestId("toast")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByTestId("toast")).toContainText("không hoàn tác được");
  expect(undone).toEqual([]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => undone.length, "the second press means it").toBe(1);
});

test("Ctrl+Z right after saving takes the record back, also from a field, until something is typed there", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/branch");
  await watch.settled();
  const undone: string[] = [];
  page.on("request", (request) => request.url().endsWith("/api/undo") && undone.push(request.url()));
  const name = page.getByTestId("field-name");
  await name.fill("Chi hội thôn Thử");
  await page.keyboard.press("Control+Shift+s");
  await expect(page.getByTestId("toast-undo")).toBeVisible();
  await expect(name).toHaveValue("");
  await expect(name).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(page.getByTestId("toast")).toContainText("Đã hoàn tác");
  expect(undone.length).toBe(1);
  await name.fill("Chi hội thôn Khác");
  await page.keyboard.press("Control+Shift+s");
  await expect(page.getByTestId("toast-undo")).toBeVisible();
  await expect(name).toHaveValue("");
  await page.keyboard.type("C");
  await page.keyboard.press("Control+z");
  await expect(name, "the field's own undo").toHaveValue("");
  expect(undone.length).toBe(1);
});

test("Ctrl+Z right after saving a table takes its rows back, with the caret in the grid", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/table/branch");
  await watch.settled();
  const undone: string[] = [];
  page.on("request", (request) => request.url().endsWith("/api/undo") && undone.push(request.url()));
  await page.keyboard.type("Chi hội thôn Bảng");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("5/2/2020");
  await page.keyboard.press("Control+s");
  await expect(page.getByTestId("toast-undo")).toBeVisible();
  await expect(page.locator("[role=grid] :focus, table :focus")).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(page.getByTestId("toast")).toContainText("Đã hoàn tác");
  expect(undone.length).toBe(1);
});

test("a button at work keeps the keyboard", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/settings");
  await watch.settled();
  const verify = page.getByTestId("verify");
  await verify.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("verify-result")).toBeVisible();
  await expect(verify).toBeFocused();
});

test("a lost recovery code is replaced, and home reminds of one that nobody wrote down", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/settings");
  await watch.settled();
  await page.getByTestId("recovery-pin").fill("246813");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("recovery-code")).toHaveText(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/);
  // No slip of a key leads away from it, and whoever leaves all the same is reminded.
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("recovery-code")).toBeVisible();
  await go(page, host, "/");
  // From there the keyboard is at what she came for, and who has the code on paper says so.
  await page.getByTestId("home-recovery").getByRole("link").click();
  await expect(page.getByTestId("recovery-pin")).toBeFocused();
  await page.getByTestId("recovery-pin").fill("246813");
  await page.keyboard.press("Enter");
  await page.getByTestId("recovery-kept").check();
  await page.getByTestId("recovery-continue").click();
  await expect(page.getByTestId("recovery-pin")).toBeFocused();
  await go(page, host, "/");
  await watch.settled();
  await expect(page.getByTestId("home-recovery")).toHaveCount(0);
});

test("going back from a record that was changed leads to where it was opened", async ({ host, page, watch }) => {
  const commune = await settle(host);
  await go(page, host, "/kind/propaganda_activity");
  await watch.settled();
  await go(page, host, `/record/${commune.activity}`);
  await page.getByTestId("edit").click();
  await page.getByTestId("field-n_total").fill("55");
  await page.keyboard.press("Control+s");
  await expect(page.getByTestId("edit")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/#\/kind\/propaganda_activity/);
});

test("the search over everything tells two persons of one name apart", async ({ host, page, watch }) => {
  const { branch } = await settle(host);
  const save = (birth_year: number) => host.call("record_save", { id: null, kind: "member", fields: { full_name: "Kăn Thị Trùng", birth_year, sex: "female", joined_on: "2025-07-01", status: "active", branch }, base: null, draft_id: null });
  for (const birth_year of [1971, 1988]) await save(birth_year);
  await go(page, host, "/");
  await watch.settled();
  await page.getByTestId("find").pressSequentially("kan thi trung");
  const found = page.getByTestId("find-option");
  await expect(found).toHaveCount(2);
  await expect(found.filter({ hasText: "1971" })).toHaveCount(1);
  await expect(found.filter({ hasText: "1988" })).toHaveCount(1);
  await expect(found.filter({ hasText: "A Hươr" })).toHaveCount(2);
});

test("the menu over a small page has the keyboard while it is open", async ({ host, page, watch }) => {
  await page.setViewportSize({ width: 683, height: 384 });
  await settle(host);
  await go(page, host, "/");
  await watch.settled();
  const menu = page.getByTestId("menu");
  await menu.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("nav-home")).toBeFocused();
  await expect(page.locator("main")).toHaveAttribute("inert", "");
  await page.keyboard.press("Escape");
  await expect(menu).toBeFocused();
});

test("what was typed last is a draft when the register is locked at once", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/propaganda_activity");
  await watch.settled();
  await page.getByTestId("field-title").pressSequentially("Buổi chưa xong");
  await page.getByTestId("lock").click();
  await page.getByTestId("unlock-pin").fill("246813");
  await page.keyboard.press("Enter");
  await go(page, host, "/");
  await expect(page.getByTestId("draft-propaganda_activity").filter({ hasText: "Buổi chưa xong" })).toBeVisible();
  await watch.settled();
});

test("a record that a field lacks is made on the way and comes back into it", async ({ host, page, watch }) => {
  await settle(host);
  await go(page, host, "/new/propaganda_activity");
  await watch.settled();
  await page.getByTestId("field-title").fill("Buổi ở thôn mới");
  const branch = page.getByTestId("field-branch");
  await branch.fill("Chi hội A Đớt");
  await page.getByRole("option", { name: /^Ghi mới/ }).click();
  await expect(page).toHaveURL(/#\/new\/branch$/);
  const name = page.getByTestId("field-name");
  await expect(name).toHaveValue("Chi hội A Đớt");
  await page.keyboard.press("Control+s");
  await expect(page).toHaveURL(/#\/new\/propaganda_activity$/);
  await expect(page.getByTestId("field-title")).toHaveValue("Buổi ở thôn mới");
  await expect(branch).toHaveValue(/Chi hội A Đớt/);
  await expect(branch).toBeFocused();
  await watch.settled();
});

test("a code that is on paper needs no new one", async ({ host, page, watch }) => {
  await settle(host);
  await host.call("recovery_new", { pin: "246813" });
  await go(page, host, "/settings");
  await watch.settled();
  await page.getByTestId("recovery-have").press("Enter");
  await expect(page.getByTestId("recovery-lacks")).toHaveCount(0);
});

// Without a watch: that the request is refused is what this is about.
test("what went wrong comes into view", async ({ host, page }) => {
  await settle(host);
  // What is said here is a failure, so the page is waited for and not watched.
  const asked = new Watch(page);
  await go(page, host, "/sync");
  await asked.settled();
  await page.getByTestId("enrol-hub").fill("sohoi.tinh.example");
  await page.getByTestId("enrol-code").fill("ABCD-EFGH-JKLM-NPQR");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("failure")).toContainText("https://");
  await expect(page.getByTestId("failure")).toBeInViewport();
});
