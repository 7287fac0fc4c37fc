// Fills and reads the window's forms, as an officer does, by what the catalogue says of each field.
import type { Locator, Page } from "@playwright/test";
import type { FieldDto, FieldValue } from "../../ui/src/api/generated";
import { expect } from "./fixture.ts";
import { photo } from "./place.ts";
import { isLines, type Words } from "./values.ts";

export type Form = "NFC" | "NFD";

/** Choices that lie open in a cell. */
const N_OPEN = 3;

export class FormPage {
  constructor(
    readonly page: Page,
    readonly words: Words,
  ) {}

  /** Gives a field its value; its text comes in the given form of Unicode. */
  async fill(field: FieldDto, value: FieldValue, form: Form, id = `field-${field.id}`): Promise<void> {
    if (field.type === "photos") return this.#addPhoto(id);
    if (isLines(value)) return this.#fillLines(field, value, form, id);
    if (field.type === "bool") return this.#one(value === true ? id : `${id}-no`).press("Space");
    if (field.type === "codes" && Array.isArray(value)) {
      for (const code of value) await this.#pick(id, this.words.label(field.list, String(code)), String(code), form);
      return;
    }
    const text = this.words.typed(field, value);
    if (field.type === "code" || field.type === "ref") return this.#pick(id, text, String(value), form);
    await this.#type(id, text.normalize(form));
    await this.page.keyboard.press("Tab");
  }

  /** What a control shows; a cell of a line by its own id. */
  async read(field: FieldDto, id = `field-${field.id}`): Promise<string> {
    if (field.type === "photos") return String(await this.page.locator(`.photos:has(#${id}) img`).count());
    if (field.type === "codes") return (await this.page.locator(`.codes:has(#${id}) .chips li`).allInnerTexts()).map((text) => text.trim()).join(", ");
    if (field.type === "bool") return (await this.page.locator(`.pressed:has(#${id}) [aria-pressed=true]`).innerText()).trim();
    return this.#one(id).inputValue();
  }

  /** What a cell shows, in whichever control it has. */
  async readCell(column: FieldDto, id: string): Promise<string> {
    const at = this.page.locator(`#${id}`);
    if ((await at.evaluate((one) => one.tagName)) === "P") return (await at.innerText()).trim();
    if (column.type === "code" && this.#isOpen(column)) return (await this.page.locator(`.pressed:has(#${id}) [aria-pressed=true]`).innerText()).trim();
    return this.read(column, id);
  }

  #one(testid: string): Locator {
    return this.page.getByTestId(testid);
  }

  #isOpen(column: FieldDto): boolean {
    return this.words.items(column.list).length <= N_OPEN;
  }

  async #type(id: string, text: string): Promise<void> {
    const at = this.#one(id);
    await at.focus();
    // Something may stand there already, such as today.
    await at.selectText();
    await this.page.keyboard.insertText(text);
  }

  async #pick(id: string, text: string, key: string, form: Form): Promise<void> {
    await this.#type(id, text.normalize(form));
    await this.page.locator(`#${id}-list [data-key="${key}"]`).click();
  }

  async #addPhoto(id: string): Promise<void> {
    await this.page.getByTestId(`${id}-file`).setInputFiles(photo);
    await expect(this.page.locator(`.photos:has(#${id}) img`)).toHaveCount(1);
  }

  async #fillLines(field: FieldDto, lines: Record<string, FieldValue>[], form: Form, id: string): Promise<void> {
    for (const [row, line] of lines.entries()) {
      const first = this.page.locator(`#${id}-${row}-${field.columns[0]?.id}`);
      if ((await first.count()) === 0) await this.#one(`${id}-add`).click();
      for (const column of field.columns) {
        const cell = `${id}-${row}-${column.id}`;
        const value = line[column.id] ?? null;
        if (column.type !== "code") await this.fill(column, value, form, cell);
        else if ((await this.page.locator(`p#${cell}`).count()) > 0) continue; // a criterion is given
        else if (this.#isOpen(column)) await this.#one(`${cell}-${value}`).press("Space");
        else await this.#pick(cell, this.words.label(column.list, String(value)), String(value), form);
      }
    }
  }
}
