// From a code and its facts to what a person reads.
import type { ErrorBody, IssueDto } from "../api/generated";
import { filled, isErrorCode, isIssueCode, type Severity } from "./codes";
import { errorsEn, issuesEn } from "./errors_en";
import { errorsVi, issuesVi } from "./errors_vi";
import { language, say } from "./words.svelte";

export interface FailureWords {
  title: string;
  next: string;
  severity: Severity;
  incident: string;
}

/** Words for a failure; a code of a newer program gets those of a fault, with the code itself. */
export function failureWords(body: ErrorBody): FailureWords {
  const table = language() === "en" ? errorsEn : errorsVi;
  const known = isErrorCode(body.code);
  const message = table[known ? (body.code as keyof typeof table) : "app.fault"];
  return {
    title: filled(message.title, body.params),
    next: filled(message.next, body.params),
    severity: message.severity,
    incident: known ? body.incident : [body.code, body.incident].filter(Boolean).join(" · "),
  };
}

export function issueWords(issue: IssueDto): string {
  if (issue.message) return say(issue.message);
  const table = language() === "en" ? issuesEn : issuesVi;
  return filled(table[isIssueCode(issue.code) ? issue.code : "record.rule"], issue.params);
}
