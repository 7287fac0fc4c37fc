// From a code and its facts to what a person reads.
import type { ErrorBody, IssueDto, KindDto } from "../api/generated";
import { filled, isErrorCode, isIssueCode, type Params, type Severity } from "./codes";
import { errorsEn, issuesEn } from "./errors_en";
import { errorsVi, issuesVi } from "./errors_vi";
import { language, say, t } from "./words.svelte";

export interface FailureWords {
  title: string;
  next: string;
  severity: Severity;
  incident: string;
}

/** What she did herself, or only has to wait for: nobody has to look into that. */
const own: ReadonlySet<string> = new Set(["register.wrong_pin", "register.wait", "register.wrong_recovery_code", "sync.cancelled"]);

/** Words for a failure; a code of a newer program gets those of a fault, with the code itself. */
export function failureWords(body: ErrorBody): FailureWords {
  const table = language() === "en" ? errorsEn : errorsVi;
  const known = isErrorCode(body.code);
  const message = table[known ? (body.code as keyof typeof table) : "app.fault"];
  const incident = known ? (own.has(body.code) ? "" : body.incident) : [body.code, body.incident].filter(Boolean).join(" · ");
  const facts = { ...body.params, incident };
  return { title: filled(message.title, facts), next: filled(message.next, facts), severity: message.severity, incident };
}

/** The same on one line, with the number that it may ask for. */
export function failureLine(body: ErrorBody): string {
  const { title, next, incident } = failureWords(body);
  return [`${title}.`, next, incident && `${t().common.incident(incident)}.`].filter(Boolean).join(" ");
}

/** The type of the field, or of the column of one, that a path leads to. */
function typeAt(kind: KindDto, path: string | null): Params {
  const [id, , column] = path?.split(".") ?? [];
  const field = kind.fields.find((one) => one.id === id);
  const at = column === undefined ? field : field?.columns.find((one) => one.id === column);
  return at ? { type: at.type } : {};
}

/** With its kind it is known of what type the field is that it is about. */
export function issueWords(issue: IssueDto, kind: KindDto): string {
  if (issue.message) return say(issue.message);
  const table = language() === "en" ? issuesEn : issuesVi;
  return filled(table[isIssueCode(issue.code) ? issue.code : "record.rule"], { ...typeAt(kind, issue.field), ...issue.params });
}
