// A stored value as a person reads it.
import type { FieldDto, FieldValue } from "../../api/generated";
import { catalogue } from "../../state/catalogue.svelte";
import { writeDay } from "../../text/date";
import { writeMoney } from "../../text/money";
import { writeNumber } from "../../text/number";
import { say, t } from "../../words/words.svelte";
import { isEmpty, isLines, type Line } from "./values";

type Titles = { [key in string]?: string };

function showNumber(field: FieldDto, value: number): string {
  if (field.type === "money") return t().form.dong(writeMoney(value));
  if (field.type === "year") return String(value);
  const unit = catalogue.unitLabel(field.unit);
  const text = writeNumber(value, field.scale);
  return unit === "" ? text : `${text} ${unit}`;
}

function showLine(field: FieldDto, line: Line, titles: Titles): string {
  return field.columns
    .filter((column) => !isEmpty(line[column.id]))
    .map((column) => showValue(column, line[column.id] ?? null, titles))
    .join(" · ");
}

/** One line of text; empty when nothing was given. */
export function showValue(field: FieldDto, value: FieldValue | undefined, titles: Titles): string {
  if (value === null || value === undefined || isEmpty(value)) return "";
  if (typeof value === "boolean") return value ? t().common.yes : t().common.no;
  if (typeof value === "number") return showNumber(field, value);
  if (typeof value === "string") {
    if (field.type === "date") return writeDay(value);
    if (field.type === "ref") return titles[value] ?? t().record.unknownTitle;
    return field.list === null ? value : catalogue.label(field.list, value);
  }
  if (isLines(value)) return value.map((line) => showLine(field, line, titles)).join("; ");
  if (field.type === "photos") return t().photo.count(value.length);
  return value.map((code) => catalogue.label(field.list, code)).join(", ");
}

/** Name of a field in a history, also of one that the catalogue no longer has. */
export function fieldLabel(field: FieldDto | undefined, id: string): string {
  return field ? say(field.label) : id;
}
