// What is wrong with a form: the register's check, and texts that never became a value.
import type { FieldDto, FieldTypeDto, FieldValue, IssueDto, KindDto } from "../../api/generated";
import type { IssueCode } from "../../words/codes";
import { isRecordId } from "../../text/id";
import { readMoney } from "../../text/money";
import { readDecimal } from "../../text/number";
import { decimalsOf, isLines, type Values } from "./values";

const numeric: readonly FieldTypeDto[] = ["integer", "decimal", "money", "year"];
/** Codes that only repeat that a text is not yet a value. */
const repeats: readonly string[] = ["record.wrong_type", "record.bad_number", "record.bad_date", "record.unknown_reference"];

function unread(field: FieldDto, value: FieldValue | undefined, path = field.id): IssueDto[] {
  const issue = (code: IssueCode, params: IssueDto["params"] = {}): IssueDto[] => [{ field: path, level: "error", code, params, message: null }];
  if (typeof value !== "string" || value.trim() === "") return [];
  if (field.type === "date") return /^\d{4}-\d{2}-\d{2}$/.test(value) ? [] : issue("record.bad_date");
  if (field.type === "ref") return isRecordId(value) ? [] : issue("record.not_chosen");
  if (!numeric.includes(field.type)) return [];
  const reading = field.type === "money" ? readMoney(value) : readDecimal(value, decimalsOf(field));
  if (reading.is === "unit_missing") return issue("record.unit_missing");
  if (reading.is === "ambiguous") return issue("record.ambiguous_number");
  return reading.is === "too_fine" && field.type === "decimal" ? issue("record.bad_number", { scale: String(field.scale || 2) }) : issue("record.bad_number");
}

/** Texts in the form that could not be read as the number or day that their field holds. */
export function unreadIssues(kind: KindDto, values: Values): IssueDto[] {
  const found: IssueDto[] = [];
  for (const field of kind.fields) {
    const value = values[field.id];
    found.push(...unread(field, value));
    if (!isLines(value)) continue;
    value.forEach((line, row) => {
      for (const column of field.columns) {
        found.push(...unread(column, line[column.id], `${field.id}.${row}.${column.id}`));
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
