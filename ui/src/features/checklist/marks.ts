// What is marked of one household, what follows from it, and the record that it becomes. Nothing here changes what
// it is given.
import type { AssessmentDto, ChecklistRowDto, FieldDto, FieldValue, KindDto } from "../../api/generated";
import { isEmpty, isLines, type Line, type Values } from "../record/values";
import type { Parts } from "./parts";

export const PASS = "pass";
const FAIL = "fail";

export interface Marks {
  /** By criterion; one without an answer was not looked at. */
  answers: Readonly<Record<string, string>>;
  notes: Readonly<Record<string, string>>;
  /** What she concluded; without it the answers decide. */
  review: string | null;
  before: boolean;
}

/** Marks by household, set and year: another set asks other things. */
export type Typed = ReadonlyMap<string, Marks>;

export const keyOf = (id: string, set: string, year: number): string => `${id} ${set} ${year}`;

export const blank: Marks = { answers: {}, notes: {}, review: null, before: false };

const textOf = (value: FieldValue | undefined): string => (typeof value === "string" ? value : "");

/** The newest assessment by this set for this year. */
export function storedOf(parts: Parts, row: ChecklistRowDto, set: string, year: number): AssessmentDto | undefined {
  return row.assessments.find(({ fields }) => fields[parts.year.id] === year && fields[parts.set.id] === set);
}

/** In which earlier year it was last found to reach everything of this set. */
export function passedIn(parts: Parts, row: ChecklistRowDto, set: string, year: number): number | null {
  const { review } = parts;
  if (!review) return null;
  const years = row.assessments
    .filter(({ fields }) => fields[parts.set.id] === set && fields[review.id] === "passed")
    .map(({ fields }) => Number(fields[parts.year.id]))
    .filter((one) => one < year);
  return years.length === 0 ? null : Math.max(...years);
}

/** What is marked before she marks anything. */
export function startOf(parts: Parts, row: ChecklistRowDto, set: string, year: number): Marks {
  const stored = storedOf(parts, row, set, year);
  if (!stored) return { ...blank, before: passedIn(parts, row, set, year) !== null };
  const value = stored.fields[parts.lines.id];
  const lines = isLines(value) ? value : [];
  const by = (column: FieldDto) =>
    Object.fromEntries(lines.map((line) => [textOf(line[parts.criterion.id]), textOf(line[column.id])] as const).filter(([code, text]) => code !== "" && text !== ""));
  return {
    answers: by(parts.answer),
    notes: parts.note ? by(parts.note) : {},
    review: parts.review ? textOf(stored.fields[parts.review.id]) || null : null,
    before: parts.before ? stored.fields[parts.before.id] === true : false,
  };
}

function without<T>(map: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(map).filter(([one]) => one !== key));
}

/** Another answer asks for another conclusion. */
export function answered(marks: Marks, criterion: string, answer: string | null): Marks {
  const answers = answer === null ? without(marks.answers, criterion) : { ...marks.answers, [criterion]: answer };
  // A reason why it is not reached says nothing of what is reached.
  const notes = answer === FAIL ? marks.notes : without(marks.notes, criterion);
  return { ...marks, answers, notes, review: null };
}

/** Reached, not reached, not looked at, and reached again. */
export function turned(marks: Marks, criterion: string): Marks {
  const now = marks.answers[criterion];
  return answered(marks, criterion, now === undefined ? PASS : now === PASS ? FAIL : null);
}

export function allReached(marks: Marks, criteria: readonly string[]): Marks {
  return criteria.reduce((done, criterion) => (done.answers[criterion] === PASS ? done : answered(done, criterion, PASS)), marks);
}

export function noted(marks: Marks, criterion: string, text: string): Marks {
  return { ...marks, notes: text === "" ? without(marks.notes, criterion) : { ...marks.notes, [criterion]: text } };
}

/** The title needs every criterion. What is not looked at to the end waits. */
export function conclusion(parts: Parts, marks: Marks, criteria: readonly string[]): string | null {
  if (!parts.review) return null;
  if (marks.review !== null) return marks.review;
  if (criteria.some((one) => marks.answers[one] === FAIL)) return "failed";
  if (criteria.every((one) => marks.answers[one] === PASS)) return "passed";
  return textOf(parts.review.default) || null;
}

/** The next conclusion of the list; after the last one the answers decide again. */
export function concluded(parts: Parts, marks: Marks, criteria: readonly string[], codes: readonly string[]): Marks {
  const shown = conclusion(parts, marks, criteria);
  const at = shown === null ? -1 : codes.indexOf(shown);
  return { ...marks, review: codes[(at + 1) % codes.length] ?? null };
}

const sorted = (map: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

export function isSame(a: Marks, b: Marks): boolean {
  return a.review === b.review && a.before === b.before && sorted(a.answers) === sorted(b.answers) && sorted(a.notes) === sorted(b.notes);
}

function merged(typed: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): Record<string, string> {
  const keys = [...new Set([...Object.keys(typed), ...Object.keys(before), ...Object.keys(now)])];
  const value = (key: string) => (typed[key] === before[key] ? now[key] : typed[key]);
  return Object.fromEntries(keys.flatMap((key) => (value(key) === undefined ? [] : [[key, value(key) as string]])));
}

/** What she marked, put onto what another PC wrote meanwhile. */
export function rebased(typed: Marks, before: Marks, now: Marks): Marks {
  return {
    answers: merged(typed.answers, before.answers, now.answers),
    notes: merged(typed.notes, before.notes, now.notes),
    review: typed.review === before.review ? now.review : typed.review,
    before: typed.before === before.before ? now.before : typed.before,
  };
}

/** Nothing to save: no answer and no conclusion of hers. */
export const isUntouched = (marks: Marks): boolean => Object.keys(marks.answers).length === 0 && marks.review === null;

function linesOf(parts: Parts, marks: Marks, criteria: readonly string[], stored: AssessmentDto | undefined): Line[] {
  const value = stored?.fields[parts.lines.id];
  const before = isLines(value) ? value : [];
  const had = before.map((line) => textOf(line[parts.criterion.id]));
  const order = [...had, ...criteria.filter((one) => !had.includes(one))];
  return order.flatMap((code) => {
    const answer = marks.answers[code];
    if (answer === undefined) return [];
    const line: Line = { ...before[had.indexOf(code)], [parts.criterion.id]: code, [parts.answer.id]: answer };
    const note = (marks.notes[code] ?? "").normalize("NFC").trim();
    if (parts.note) line[parts.note.id] = note === "" ? null : note;
    return [Object.fromEntries(Object.entries(line).filter(([, cell]) => cell !== null))];
  });
}

/** What the assessment takes over from the register of households, as it is on that day. */
export function carried(parts: Parts, subject: KindDto | undefined, of: Values): Values {
  const values: Values = {};
  const own = [parts.subject.id, parts.kind.date_field, parts.set.id, parts.lines.id, parts.year.id, parts.review?.id, parts.before?.id, "note", "document_ref", "task", "programmes"];
  for (const field of parts.kind.fields) {
    const same = subject?.fields.find((one) => one.id === field.id && one.type === field.type && one.list === field.list);
    if (same && !own.includes(field.id) && !isEmpty(of[field.id])) values[field.id] = of[field.id] ?? null;
  }
  // The number of a household's ethnic group stays in the commune; whether it is a minority's is counted.
  if (parts.kind.fields.some((field) => field.id === "ethnic_minority") && typeof of.ethnicity === "string") values.ethnic_minority = of.ethnicity !== "01";
  return values;
}

export interface SittingOf {
  day: string;
  year: number;
  set: string;
  criteria: readonly string[];
}

/** The row that is saved: a new record, or the fields of the stored one that are to be others. */
export function savedRow(parts: Parts, subject: KindDto | undefined, row: ChecklistRowDto, marks: Marks, at: SittingOf): { id: string | null; fields: Values } {
  const stored = storedOf(parts, row, at.set, at.year);
  const lines = linesOf(parts, marks, at.criteria, stored);
  const review = conclusion(parts, marks, at.criteria);
  const fields: Values = { [parts.lines.id]: lines.length === 0 ? null : lines };
  if (parts.review) fields[parts.review.id] = review;
  if (parts.before && (marks.before || stored)) fields[parts.before.id] = marks.before;
  if (!stored) {
    const by = { [parts.subject.id]: row.id, [parts.kind.date_field]: at.day, [parts.year.id]: at.year, [parts.set.id]: at.set };
    const all = { ...carried(parts, subject, row.fields), ...by, ...fields };
    return { id: null, fields: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) };
  }
  // A conclusion is of the day on which it was come to; a mended answer leaves that day.
  if (parts.review && stored.fields[parts.review.id] !== review) fields[parts.kind.date_field] = at.day;
  return { id: stored.id, fields };
}

/**
 * Marks of households that were not assessed in the year before go along: a day that is corrected across New Year must
 * not make them vanish. Changes of stored assessments stay with their year, and nothing that is marked there already
 * is overwritten.
 */
export function movedToYear(parts: Parts, rows: readonly ChecklistRowDto[], typed: Typed, set: string, year: { from: number; to: number }): Typed {
  const moved = new Map(typed);
  if (year.from === year.to) return moved;
  for (const row of rows) {
    const [from, to] = [keyOf(row.id, set, year.from), keyOf(row.id, set, year.to)];
    const marks = typed.get(from);
    if (!marks || typed.has(to) || storedOf(parts, row, set, year.from)) continue;
    moved.delete(from);
    moved.set(to, marks);
  }
  return moved;
}
