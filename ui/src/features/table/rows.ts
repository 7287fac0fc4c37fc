// The rows of a table as values: changed, pasted into, filled down. Nothing here changes what it is given.
import type { FieldDto, FieldValue } from "../../api/generated";
import type { Line } from "../record/values";
import { isEmpty } from "../record/values";
import { headings, isCounter, isNumbering, isSum } from "./columns";

/** Most rows that the register takes at once. */
export const MAX_ROWS = 500;

export interface Place {
  row: number;
  column: number;
}

/** A pasted column that is none of the table. */
export interface LeftOut {
  /** Its heading; empty when it had none. */
  name: string;
  /** Its place among the pasted columns, from 1. */
  place: number;
  /** By row of the table. */
  texts: readonly string[];
}

export interface Pasted {
  rows: Line[];
  /** Columns after pasting: a heading may name one that was not shown. */
  columns: string[];
  /** What no column took. */
  left: LeftOut[];
  n_rows: number;
  /** Rows that held something only in columns that were left out; titles, numbers under headings, and sums. */
  n_bare: number;
  /** Rows that there was no room for. */
  n_over: number;
}

type Read = (field: FieldDto, text: string) => string | number | boolean | null;

export const isBlank = (line: Line): boolean => isEmpty([line]);

export function withCell(rows: readonly Line[], row: number, id: string, value: FieldValue): Line[] {
  // A cell holds a single value: columns have no lists.
  const single = value as string | number | boolean | null;
  return rows.map((line, at) => (at === row ? { ...line, [id]: single } : line));
}

/** A row that is begun gets what a form would begin with, where nothing was said. */
export function withDefaults(line: Line, shown: readonly FieldDto[]): Line {
  if (isBlank(line)) return line;
  const given = shown.filter((field) => !(field.id in line) && !isEmpty(field.default));
  return given.length === 0 ? line : { ...line, ...Object.fromEntries(given.map((field) => [field.id, field.default as Line[string]])) };
}

/** The row without what it began with, when nothing else is left in it. */
export function withoutDefaults(line: Line, shown: readonly FieldDto[]): Line {
  return shown.every((field) => isEmpty(line[field.id]) || line[field.id] === field.default) ? {} : line;
}

/** The rows up to the last that holds something, and one empty row after it to go on in. */
export function withRoom(rows: readonly Line[]): Line[] {
  const last = rows.findLastIndex((line) => !isBlank(line));
  const kept = rows.slice(0, Math.max(last + 1, 0));
  return kept.length < MAX_ROWS ? [...kept, {}] : kept;
}

/** Above the headings of a list there is at most its title, and who made it. */
const MAX_TITLE_ROWS = 6;
const MAX_TITLE_CELLS = 2;

/** Which field each pasted column goes to, and the rows under the headings. */
function targets(shown: readonly string[], fields: readonly FieldDto[], at: Place, cells: readonly (readonly string[])[]) {
  // A row with its number is somebody's.
  const isTitle = (row: readonly string[]) => {
    const given = row.filter((cell) => cell.trim() !== "");
    return given.length <= MAX_TITLE_CELLS && !/^\s*\d+\s*$/.test(given[0] ?? "");
  };
  for (let top = 0; top <= MAX_TITLE_ROWS; top++) {
    const names = cells[top] ?? [];
    const named = headings(names, fields);
    if (named && (cells.length > top + 1 || named.filter(Boolean).length > 1)) {
      const under = cells.slice(top + 1);
      const isAgain = (row: readonly string[], n: number) => (n === 0 && isNumbering(row, names)) || row.join("\t") === names.join("\t");
      const body = under.filter((row, n) => !isAgain(row, n));
      const last = body.findLastIndex((row) => row.some((cell) => cell.trim() !== "") && !isSum(row));
      return { names, fields: named, body: body.slice(0, last + 1), dropped: [...cells.slice(0, top), ...under.filter(isAgain), ...body.slice(last + 1)] };
    }
    if (!isTitle(names)) break;
  }
  const width = Math.max(...cells.map((row) => row.length), 0);
  const byPlace = Array.from({ length: width }, (_, place) => fields.find((field) => field.id === shown[at.column + place]) ?? null);
  return { names: null, fields: byPlace, body: cells, dropped: [] };
}

/**
 * Cells pasted from `at` on, to the right and down.
 *
 * A first row of headings says which column is which, in any order, and is not itself pasted.
 */
export function paste(
  rows: readonly Line[],
  shown: readonly string[],
  fields: readonly FieldDto[],
  at: Place,
  cells: readonly (readonly string[])[],
  read: Read,
): Pasted {
  const to = targets(shown, fields, at, cells);
  const next = [...rows];
  const room = Math.min(to.body.length, MAX_ROWS - at.row);
  const body = to.body.slice(0, room);
  body.forEach((texts, down) => {
    const line: Line = { ...next[at.row + down] };
    texts.forEach((text, right) => {
      const field = to.fields[right];
      if (field) line[field.id] = read(field, text);
    });
    next[at.row + down] = line;
  });
  const byName = to.names === null ? null : to.fields.flatMap((field) => (field === null ? [] : [field.id]));
  // Under headings, what no row holds needs no column: it is said once above the table.
  const holds = (id: string) => next.some((line) => !isEmpty(line[id]));
  const isShown = (id: string) => (byName ? (shown.includes(id) || byName.includes(id)) && holds(id) : shown.includes(id));
  const columns = fields.map((field) => field.id).filter(isShown);
  const written = body.map((texts, down) => ({ isText: texts.some((text) => text.trim() !== ""), isBare: isBlank(next[at.row + down] ?? {}) }));
  const n_bare = written.filter((one) => one.isText && one.isBare).length;
  const n_rows = written.filter((one) => one.isText).length - n_bare;
  const n_dropped = to.dropped.filter((texts) => texts.some((text) => text.trim() !== "")).length;
  return { rows: next, columns, left: leftOut(to.fields, to.names, body, at.row), n_rows, n_bare: n_bare + n_dropped, n_over: to.body.length - room };
}

function leftOut(to: readonly (FieldDto | null)[], names: readonly string[] | null, body: readonly (readonly string[])[], row: number): LeftOut[] {
  return to.flatMap((field, place) => {
    const name = names?.[place] ?? "";
    const texts = body.map((line) => line[place] ?? "");
    if (field !== null || isCounter(name) || texts.every((text) => text === "")) return [];
    return [{ name, place: place + 1, texts: [...Array<string>(row).fill(""), ...texts] }];
  });
}

/** A column that was left out, put into a field of the rows that are there: what is no row stays none. */
export function assigned(rows: readonly Line[], { texts }: LeftOut, field: FieldDto, read: Read): Line[] {
  return rows.map((line, row) => {
    const text = texts[row] ?? "";
    return text === "" || isBlank(line) ? line : { ...line, [field.id]: read(field, text) };
  });
}

/** What was left out after some rows went. */
export function leftOf(left: readonly LeftOut[], stays: (row: number) => boolean): LeftOut[] {
  return left
    .map((one) => ({ ...one, texts: one.texts.filter((_, row) => stays(row)) }))
    .filter((one) => one.texts.some((text) => text !== ""));
}

/** The cell above, when this one is empty or not: what Ctrl+D does in a spreadsheet. */
export function filledDown(rows: readonly Line[], row: number, id: string): Line[] {
  return row === 0 ? [...rows] : withCell(rows, row, id, rows[row - 1]?.[id] ?? null);
}

/** One cell's value in all rows below it that hold something. */
export function filledToEnd(rows: readonly Line[], row: number, id: string): Line[] {
  const value = rows[row]?.[id] ?? null;
  return rows.map((line, at) => (at > row && !isBlank(line) ? { ...line, [id]: value } : line));
}
