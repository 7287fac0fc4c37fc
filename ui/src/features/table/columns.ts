// Which fields of a kind are columns of the table, and which stand above it for all rows.
import type { FieldDto, KindDto } from "../../api/generated";
import { fold } from "../../text/fold";
import type { Words } from "../../api/generated";

/** Said once for all rows unless she makes a column of it. */
const COMMON = ["branch", "task", "programmes", "document_ref", "note"];
/** Hold more than a cell can. */
const NOT_IN_A_CELL: readonly string[] = ["lines", "photos", "codes", "long_text"];

export const fitsCell = (field: FieldDto): boolean => !NOT_IN_A_CELL.includes(field.type);

/** A kind whose required fields all fit into cells can be written down as a table. */
export function isTabular(kind: KindDto): boolean {
  return kind.fields.every((field) => !field.required || fitsCell(field) || field.type === "codes");
}

/** Columns that a table starts with: what must be given, what lists show; the date and the branch stand above. */
export function startingColumns(kind: KindDto): string[] {
  const wanted = (field: FieldDto) => field.required || kind.title.includes(field.id) || kind.columns.includes(field.id);
  return kind.fields
    .filter((field) => fitsCell(field) && wanted(field) && !COMMON.includes(field.id) && !isSharedDate(kind, field))
    .map((field) => field.id);
}

// Rows of one list are mostly of one day; of a register (members, households) each has its own.
function isSharedDate(kind: KindDto, field: FieldDto): boolean {
  return field.id === kind.date_field && kind.nature !== "register";
}

/** Fields above the table: those that are no column and that one value can serve. */
export function commonFields(kind: KindDto, columns: readonly string[]): FieldDto[] {
  const above = (field: FieldDto) => COMMON.includes(field.id) || isSharedDate(kind, field) || field.required || field.type === "photos";
  return kind.fields.filter((field) => above(field) && !columns.includes(field.id) && field.type !== "lines" && field.id !== "note");
}

const textsOf = (label: Words) => [fold(label.vi), fold(label.en)].filter((text) => text !== "");

// "Họ và tên (*)" and "Họ tên" are one heading.
const heading = (text: string) => fold(text).replace(/[^a-z0-9 ]/g, " ").replace(/ (va|cua|duoc) /g, " ").replace(/\s+/g, " ").trim();

/** Fields that the first row of a pasted table names; null when it is no row of headings. */
export function headings(row: readonly string[], fields: readonly FieldDto[]): (FieldDto | null)[] | null {
  const found = row.map((cell) => {
    const wanted = heading(cell);
    if (wanted === "" || /^\d/.test(wanted)) return null;
    const same = (field: FieldDto) => textsOf(field.label).some((text) => heading(text) === wanted);
    const near = (field: FieldDto) => wanted.length >= 4 && textsOf(field.label).some((text) => heading(text).startsWith(wanted) || wanted.startsWith(heading(text)));
    return fields.find(same) ?? fields.find(near) ?? null;
  });
  const once = found.map((field, at) => (field !== null && found.indexOf(field) === at ? field : null));
  const n_named = once.filter((field) => field !== null).length;
  const n_cells = row.filter((cell) => cell.trim() !== "").length;
  // One column alone may be a heading; of several at least half must be.
  return n_named > 0 && n_named * 2 >= n_cells ? once : null;
}
