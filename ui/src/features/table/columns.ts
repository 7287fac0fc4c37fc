// Which fields of a kind are columns of the table, and which stand above it for all rows.
import type { FieldDto, KindDto } from "../../api/generated";
import { fold } from "../../text/fold";
import { isEmpty } from "../record/values";
import type { Words } from "../../api/generated";

/** Said once for all rows unless she makes a column of it. */
const COMMON = ["branch", "task", "programmes", "document_ref", "note"];
/** Hold more than a cell can. */
const NOT_IN_A_CELL: readonly string[] = ["lines", "photos", "codes"];

export const fitsCell = (field: FieldDto): boolean => !NOT_IN_A_CELL.includes(field.type);

/** A field as one line of text holds it. */
export const asCell = (field: FieldDto): FieldDto => (field.type === "long_text" ? { ...field, type: "text" } : field);

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

/** Fields above the table: those that are no column and that one value can serve, which a default always can. */
export function commonFields(kind: KindDto, columns: readonly string[]): FieldDto[] {
  const above = (field: FieldDto) => COMMON.includes(field.id) || isSharedDate(kind, field) || field.required || field.type === "photos" || !isEmpty(field.default);
  return kind.fields.filter((field) => above(field) && !columns.includes(field.id) && field.type !== "lines" && field.id !== "note");
}

const textsOf = (label: Words) => [fold(label.vi), fold(label.en)].filter((text) => text !== "");

// "Họ và tên (*)" and "Họ tên" are one heading.
const heading = (text: string) => fold(text).replace(/\([^)]*\)/g, " ").replace(/[^a-z0-9 ]/g, " ").replace(/ (va|cua|duoc) /g, " ").replace(/\s+/g, " ").trim();

const COUNTERS = ["stt", "tt", "so tt", "so thu tu"];

/** "STT": its column only counts the rows, and nobody misses it. */
export const isCounter = (name: string): boolean => COUNTERS.includes(heading(name));

// With their marks: Công and Tống are names.
const SUM = /^(cộng|tổng|(tổng|cộng) (cộng|số|dồn)|tong (cong|so)|total|sum)[\s:.,\d]*(người|hộ|em|cháu|chị|suất|đồng|phiếu)?$/i;

/** A row at the end of a list that adds up what is above it: its first words say so. */
export function isSum(row: readonly string[]): boolean {
  const [first = ""] = row.filter((cell) => cell.trim() !== "" && !/^[\d.,\s]+$/.test(cell));
  return SUM.test(first.normalize("NFC").trim());
}

/** "A, B, 1, 2, 3" or "(1), (2), (3)": under each of the headings of an official form. */
export function isNumbering(row: readonly string[], names: readonly string[]): boolean {
  const marks = row.map((cell) => cell.replace(/[()\s]/g, ""));
  const isUnderEach = names.every((name, at) => name.trim() === "" || (marks[at] ?? "") !== "");
  const given = marks.filter((mark) => mark !== "");
  const letters = given.findIndex((mark) => !/^[A-D]$/.test(mark));
  const numbers = letters < 0 ? [] : given.slice(letters);
  return isUnderEach && given.length > 2 && numbers.length > 0 && numbers.every((mark, n) => mark === String(n + 1));
}

/** Whether one letter was left out, put in or mistaken. */
function isSlipOf(a: string, b: string): boolean {
  if (a.length > b.length) return isSlipOf(b, a);
  if (b.length - a.length > 1) return false;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return a.slice(a.length === b.length ? same + 1 : same) === b.slice(same + 1);
}

/** The field that a heading names, and whether to the letter. */
function named(cell: string, fields: readonly FieldDto[]): { exact: boolean; field: FieldDto | null } {
  const wanted = heading(cell);
  if (isCounter(cell)) return { exact: true, field: null };
  if (wanted === "" || /^\d/.test(wanted)) return { exact: false, field: null };
  const by = (is: (label: string) => boolean) => fields.filter((field) => textsOf(field.label).map(heading).some(is));
  const [exact] = by((label) => label === wanted);
  if (exact) return { exact: true, field: exact };
  const [near] = wanted.length < 4 ? [] : by((label) => label.startsWith(wanted) || wanted.startsWith(label));
  const slips = near || wanted.length < 6 ? [] : by((label) => isSlipOf(label, wanted));
  return { exact: false, field: near ?? (slips.length === 1 ? (slips[0] ?? null) : null) };
}

/** Fields that the first row of a pasted table names; null when it is no row of headings. */
export function headings(row: readonly string[], fields: readonly FieldDto[]): (FieldDto | null)[] | null {
  const all = row.map((cell) => named(cell, fields));
  const n_exact = all.filter((one) => one.exact).length;
  const n_known = all.filter((one) => one.exact || one.field !== null).length;
  const n_cells = row.filter((cell) => cell.trim() !== "").length;
  // A value can begin like a label, so two cells must be labels to the letter, or the only one; or one, when another
  // is like a label and nothing in the row is a number.
  const isLike = n_exact === 1 && n_known > 1 && !row.some((cell) => /^\s*\d/.test(cell));
  if ((n_exact < Math.min(2, n_cells) && !isLike) || all.every((one) => one.field === null)) return null;
  const found = all.map((one) => one.field);
  return found.map((field, at) => (field !== null && found.indexOf(field) === at ? field : null));
}
