// Every code the programs answer with. A code without words does not compile (see errors_*.ts).
import { errorCodes as registerCodes, issueCodes as checkCodes } from "../api/codes";

/** What only the hub answers, and what the page itself finds out about it. */
const hubCodes = [
  "auth.bad_password",
  "auth.other_origin",
  "auth.out_of_scope",
  "auth.required",
  "auth.throttled",
  "bulletin.invalid",
  "bulletin.too_large",
  "figures.unknown_calendar",
  "figures.unknown_period",
  "hub.batch_spoilt",
  "hub.behind",
  "period.unknown_submission",
  "hub.offline",
  "photo.too_many",
  "storage.busy",
  "storage.damaged",
  "storage.failed",
  "storage.full",
  "storage.other_catalogue",
  "target.unknown_indicator",
  "usage.not_found",
  "usage.too_large",
  "usage.wrong_content_type",
] as const;

export const errorCodes = [...registerCodes, ...hubCodes] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** What the form itself finds, before the register is asked. */
const readingCodes = ["record.ambiguous_number", "record.not_chosen", "record.unit_missing"] as const;

export const issueCodes = [...checkCodes, ...readingCodes] as const;
export type IssueCode = (typeof issueCodes)[number];

export type Severity = "error" | "warning" | "notice";
export type Params = Record<string, string | number>;

/** A sentence, or one that needs the facts of the failure. */
export type Sentence = string | ((params: Params) => string);

export interface Message {
  title: Sentence;
  next: Sentence;
  severity: Severity;
}

export function isErrorCode(code: string): code is ErrorCode {
  return (errorCodes as readonly string[]).includes(code);
}

export function isIssueCode(code: string): code is IssueCode {
  return (issueCodes as readonly string[]).includes(code);
}

export function filled(sentence: Sentence, params: Params): string {
  return typeof sentence === "string" ? sentence : sentence(params);
}
