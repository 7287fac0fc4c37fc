// The rows of a table as values: changed, pasted into, filled down. Nothing here changes what it is given.
import type { FieldDto, FieldValue } from "../../api/generated";
import type { Line } from "../record/values";
import { isEmpty } from "../record/values";
import { headings } from "./columns";

/** Most rows that the register takes at once. */
export const MAX_ROWS = 500;

export interface Place {
  row: number;
  column: number;
}

export interface Pasted {
  rows: Line[];
  /** Columns after pasting: a heading may name one that was not shown. */
  columns: string[];
  n_rows: number;
  /** Rows that there was no room for. */
  n_over: number;
}

export const isBlank = (line: Line): boolean => isEmpty([line]);

export function withCell(rows: readonly Line[], row: number, id: string, value: FieldValue): Line[] {
  // A cell holds a single value: columns have no lists.
  const single = value as string | number | boolean | null;
  return rows.map((line, at) => (at === row ? { ...line, [id]: single } : line));
}

/** The rows up to the last that holds something, and one empty row after it to go on in. */
export function withRoom(rows: readonly Line[]): Line[] {
  const last = rows.findLastIndex((line) => !isBlank(line));
  const kept = rows.slice(0, Math.max(last + 1, 0));
  return kept.length < MAX_ROWS ? [...kept, {}] : kept;
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
  read: (field: FieldDto, text: string) => string | number | boolean | null,
): Pasted {
  const named = headings(cells[0] ?? [], fields);
  const body = named && (cells.length > 1 || named.filter(Boolean).length > 1) ? cells.slice(1) : cells;
  const byHeading = body !== cells;
  const of = (place: number): FieldDto | null => {
    if (byHeading) return named?.[place] ?? null;
    const id = shown[at.column + place];
    return fields.find((field) => field.id === id) ?? null;
  };
  const next = [...rows];
  const room = Math.min(body.length, MAX_ROWS - at.row);
  for (let down = 0; down < room; down++) {
    const line: Line = { ...next[at.row + down] };
    (body[down] ?? []).forEach((text, right) => {
      const field = of(right);
      if (field) line[field.id] = read(field, text);
    });
    next[at.row + down] = line;
  }
  const byName = byHeading ? (named ?? []).flatMap((field) => (field === null ? [] : [field.id])) : [];
  // Under headings, what no row holds needs no column: it is said once above the table.
  const holds = (id: string) => next.some((line) => !isEmpty(line[id]));
  const isShown = (id: string) => (byHeading ? (shown.includes(id) || byName.includes(id)) && holds(id) : shown.includes(id));
  const columns = fields.map((field) => field.id).filter(isShown);
  return { rows: next, columns, n_rows: body.slice(0, room).filter((row) => row.some((text) => text.trim() !== "")).length, n_over: body.length - room };
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
