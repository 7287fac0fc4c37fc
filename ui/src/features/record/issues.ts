// What is wrong with a form: the register's check, and texts that never became a value.
import type { FieldDto, FieldTypeDto, FieldValue, IssueDto, KindDto } from "../../api/generated";
import type { IssueCode } from "../../words/codes";
import { readMoney } from "../../text/money";
import { readNumber } from "../../text/number";
import { isLines, type Values } from "./values";

const numeric: readonly FieldTypeDto[] = ["integer", "decimal", "money", "year"];
/** Codes that only repeat that a text is not yet a value. */
const repeats: readonly string[] = ["record.wrong_type", "record.bad_number", "record.bad_date", "record.unknown_reference"];

function unread(field: FieldDto, value: FieldValue | undefined): IssueCode | null {
  if (typeof value !== "string" || value.trim() === "") return null;
  if (field.type === "date") return /^\d{4}-\d{2}-\d{2}$/.test(value) ? null : "record.bad_date";
  if (!numeric.includes(field.type)) return null;
  const reading = field.type === "money" ? readMoney(value) : readNumber(value);
  if (reading.is === "unit_missing") return "record.unit_missing";
  return reading.is === "ambiguous" ? "record.ambiguous_number" : "record.bad_number";
}

function issue(field: string, code: IssueCode): IssueDto {
  return { field, level: "error", code, params: {}, message: null };
}

/** Texts in the form that could not be read as the number or day that their field holds. */
export function unreadIssues(kind: KindDto, values: Values): IssueDto[] {
  const found: IssueDto[] = [];
  for (const field of kind.fields) {
    const value = values[field.id];
    const code = unread(field, value);
    if (code) found.push(issue(field.id, code));
    if (!isLines(value)) continue;
    value.forEach((line, row) => {
      for (const column of field.columns) {
        const wrong = unread(column, line[column.id]);
        if (wrong) found.push(issue(`${field.id}.${row}.${column.id}`, wrong));
      }
    });
  }
  return found;
}

/** The check's issues with those of unread texts put in the place of their repeats. */
export function mergedIssues(unreadOnes: IssueDto[], checked: IssueDto[]): IssueDto[] {
  const named = new Set(unreadOnes.map((one) => one.field));
  return [...unreadOnes, ...checked.filter((one) => !(named.has(one.field) && repeats.includes(one.code)))];
}

/** Field that an issue belongs to: the first step of its path. */
export function fieldOf(issue: IssueDto): string | null {
  return issue.field === null ? null : (issue.field.split(".")[0] ?? null);
}

/** The first error in the order of the form; one of the whole record comes last. */
export function firstError(kind: KindDto, issues: IssueDto[]): IssueDto | null {
  const place = (one: IssueDto) => {
    const at = kind.fields.findIndex((field) => field.id === fieldOf(one));
    return at < 0 ? kind.fields.length : at;
  };
  return issues.filter((one) => one.level === "error").sort((a, b) => place(a) - place(b))[0] ?? null;
}
