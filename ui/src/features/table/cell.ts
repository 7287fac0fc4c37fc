// A cell's text read as the value of its field, and written again.
import type { FieldDto, FieldValue, ListItemDto } from "../../api/generated";
import { readDay, writeDay } from "../../text/date";
import { fold } from "../../text/fold";
import { readMoney, writeMoney } from "../../text/money";
import { decimalsOf } from "../record/values";
import { readDecimal, readInteger, writeNumber } from "../../text/number";

export type CellValue = string | number | boolean | null;

const YES = ["x", "co", "yes", "v", "1", "dung", "✓", "✔", "true"];
const NO = ["khong", "ko", "k", "no", "0", "-", "false"];

function readBool(text: string): CellValue {
  const key = fold(text);
  if (YES.includes(key)) return true;
  return NO.includes(key) ? false : text;
}

function readCode(text: string, items: readonly ListItemDto[]): CellValue {
  const key = fold(text);
  const names = (item: ListItemDto) => [item.code, item.label.vi, item.label.en, ...item.aliases].map(fold);
  const same = items.filter((item) => names(item).includes(key));
  if (same.length > 0) return same[0]?.code ?? text;
  // "Tập huấn" for "Tập huấn, hội thảo", as long as nothing else begins so.
  const begins = items.filter((item) => fold(item.label.vi).startsWith(key));
  return begins.length === 1 ? (begins[0]?.code ?? text) : text;
}

/** What a text means in a field; a text that means nothing stays as it is, and the check points at it. */
export function readCell(field: FieldDto, typed: string, today: string, items: readonly ListItemDto[]): CellValue {
  const text = typed.normalize("NFC").trim();
  if (text === "") return null;
  switch (field.type) {
    case "date": {
      const day = readDay(text, today);
      return day.is === "day" ? day.value : text;
    }
    case "money": {
      const amount = readMoney(text);
      return amount.is === "number" ? amount.value : text;
    }
    case "integer":
    case "year": {
      // A year of birth is often written as a whole day.
      const day = field.type === "year" && text.length > 4 ? readDay(text, today) : null;
      if (day?.is === "day") return Number(day.value.slice(0, 4));
      const number = readInteger(text);
      return number.is === "number" ? number.value : text;
    }
    case "decimal": {
      const number = readDecimal(text, decimalsOf(field));
      return number.is === "number" ? number.value : text;
    }
    case "bool":
      return readBool(text);
    case "code":
      return readCode(text, items);
    default:
      return text;
  }
}

/** A value as its cell shows it while nobody types there. */
export function writeCell(field: FieldDto, value: FieldValue | undefined, words: { yes: string; no: string; label(code: string): string; title(id: string): string }): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "number") {
    if (field.type === "money") return writeMoney(value);
    return field.type === "year" ? String(value) : writeNumber(value, field.scale);
  }
  if (typeof value !== "string") return "";
  if (field.type === "date") return writeDay(value);
  if (field.type === "code") return words.label(value);
  return field.type === "ref" ? words.title(value) : value;
}
