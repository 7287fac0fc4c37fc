// What came while a page was open, or a form was being written: shown, and never taken back by who has not seen it.
import { settle, speak } from "./commune.ts";
import { expect, go, test } from "./fixture.ts";
import { Province } from "./province.ts";

test("a page is read anew after a sync, and a form keeps what came meanwhile", async ({ host, page, watch }) => {
  const { activity } = await settle(host);
  const province = await Province.start(false);
  try {
    await speak(host, province);
    const elsewhere = (fields: Record<string, number>) => host.call("record_save", { id: activity, kind: "propaganda_activity", fields, base: null, draft_id: null });
    const sync = async () => {
      await page.getByTestId("sync-button").click();
      await watch.settled();
    };
    await go(page, host, `/record/${activity}`);
    await watch.settled();
    await elsewhere({ n_total: 71 });
    await expect(page.getByText("71", { exact: false })).toHaveCount(0);
    await sync();
    await expect(page.locator("main")).toContainText("71");

    await go(page, host, `/edit/${activity}`);
    await watch.settled();
    const [total, women] = [page.getByTestId("field-n_total"), page.getByTestId("field-n_women")];
    await women.fill("40");
    await page.keyboard.press("Tab");
    await elsewhere({ n_total: 84 });
    await sync();
    await expect(total, "where she has changed nothing, what came shows").toHaveValue("84");
    await expect(women).toHaveValue("40");
    // What nobody told the form of is kept as well.
    await elsewhere({ n_total: 90 });
    await page.getByTestId("save").click();
    await expect(page.getByTestId("edit")).toBeVisible();
    const { fields } = await host.call("record_get", { id: activity });
    expect([fields["n_total"], fields["n_women"]]).toEqual([90, 40]);
  } finally {
    await province.stop();
  }
});

test("a draft that lay takes nothing back when it is gone on with", async ({ host, page, watch }) => {
  const { member } = await settle(host);
  await go(page, host, `/edit/${member}`);
  await watch.settled();
  await page.getByTestId("field-card_number").fill("TH-0001");
  await page.keyboard.press("Tab");
  await watch.settled();
  await go(page, host, "/");
  await watch.settled();
  await host.call("record_save", { id: member, kind: "member", fields: { phone: "0914000999" }, base: null, draft_id: null });
  await go(page, host, `/edit/${member}`);
  await expect(page.getByTestId("resumed")).toBeVisible();
  await expect(page.getByTestId("field-card_number")).toHaveValue("TH-0001");
  await expect(page.getByTestId("field-phone")).toHaveValue("0914000999");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("edit")).toBeVisible();
  const { fields } = await host.call("record_get", { id: member });
  expect([fields["phone"], fields["card_number"]]).toEqual(["0914000999", "TH-0001"]);
});
