// Every kind's form: all its fields are filled and come back, however the keyboard composes its letters.
import { readdirSync } from "node:fs";
import type { FieldDto, KindDto, RecordDto } from "../../ui/src/api/generated";
import { FormPage, type Form } from "./fill.ts";
import { expect, go, test } from "./fixture.ts";
import { kinds } from "./place.ts";
import { Filler, isLines, type Values, type Words } from "./values.ts";

const names = readdirSync(kinds).map((file) => file.replace(/\.toml$/, ""));

/** Each letter form in a window of another size. */
const SIZES = { NFC: { width: 1366, height: 768 }, NFD: { width: 683, height: 384 } };

for (const name of names) {
  test(`the form of ${name} takes every field and gives it back`, async ({ host, page, watch }) => {
    const filler = await Filler.at(host);
    const { words } = filler;
    const kind = words.kind(name);
    const { values, hidden } = await filler.values(kind);
    expect(hidden, "fields that no values bring up").toEqual([]);
    const form = new FormPage(page, words);
    for (const composed of ["NFC", "NFD"] satisfies Form[]) {
      await page.setViewportSize(SIZES[composed]);
      await go(page, host, `/new/${name}`);
      await page.getByTestId("save").waitFor();
      for (const field of kind.fields) await form.fill(field, values[field.id] ?? null, composed);
      await page.getByTestId("save").click();
      await page.waitForURL(/#\/record\//);
      await watch.settled();
      const id = decodeURIComponent(page.url().split("/record/")[1] ?? "");
      isStored(await host.call("record_get", { id }), kind, values);
      await isShown(page.locator("dl > div"), kind, values, words);
      await go(page, host, `/edit/${id}`);
      await page.getByTestId("save").waitFor();
      await isInForm(form, kind, values, words);
      await go(page, host, "/");
    }
  });
}

function isStored(record: RecordDto, kind: KindDto, values: Values): void {
  for (const field of kind.fields) {
    const stored = record.fields[field.id];
    if (field.type === "photos") expect(stored, field.id).toHaveLength(1);
    else expect(stored, field.id).toEqual(values[field.id]);
  }
}

async function isShown(rows: import("@playwright/test").Locator, kind: KindDto, values: Values, words: Words): Promise<void> {
  for (const field of kind.fields) {
    const row = rows.filter({ has: rows.page().locator("dt", { hasText: new RegExp(`^\\s*${escaped(field.label.vi)}\\s*$`) }) }).first();
    const value = values[field.id] ?? null;
    if (field.type === "photos") await expect(row.locator("img")).toHaveCount(1);
    else if (isLines(value)) {
      const cells = value.flatMap((line) => field.columns.map((column) => words.shown(column, line[column.id] ?? null)));
      expect(await row.locator("tbody td").allInnerTexts(), field.id).toEqual(cells);
    } else expect(await row.locator("dd").first().innerText(), field.id).toBe(words.shown(field, value));
  }
}

async function isInForm(form: FormPage, kind: KindDto, values: Values, words: Words): Promise<void> {
  for (const field of kind.fields) {
    const value = values[field.id] ?? null;
    if (isLines(value)) await areLinesInForm(form, field, value, words);
    // A picture is asked for when the form is there.
    else if (field.type === "photos") await expect.poll(() => form.read(field), field.id).toBe("1");
    else expect(await form.read(field), field.id).toBe(words.typed(field, value));
  }
}

async function areLinesInForm(form: FormPage, field: FieldDto, lines: Values[], words: Words): Promise<void> {
  for (const [row, line] of lines.entries()) {
    for (const column of field.columns) {
      const id = `field-${field.id}-${row}-${column.id}`;
      expect(await form.readCell(column, id), id).toBe(words.typed(column, line[column.id] ?? null));
    }
  }
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
