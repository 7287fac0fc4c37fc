// Every code the programs answer with. A code without words does not compile (see errors_*.ts).

export const errorCodes = [
  "app.fault",
  "app.not_open",
  "app.already_open",
  "app.busy",
  "register.exists",
  "register.wrong_pin",
  "register.wait",
  "register.wrong_recovery_code",
  "register.pin_too_short",
  "register.pin_too_simple",
  "store.too_new",
  "store.damaged",
  "store.disk_full",
  "store.busy",
  "store.io",
  "record.unknown_kind",
  "record.unknown_id",
  "record.invalid",
  "record.erased",
  "unit.unknown",
  "unit.not_valid",
  "period.unknown",
  "enrol.bad_file",
  "enrol.bad_code",
  "enrol.expired",
  "enrol.other_unit",
  "sync.not_enrolled",
  "sync.offline",
  "sync.refused",
  "sync.batch_refused",
  "sync.other_hub",
  "sync.bad_receipt",
  "sync.revoked",
  "sync.too_old",
  "sync.cancelled",
  "sync.stalled",
  "usage.bad_request",
  "hub.offline",
  "hub.signed_out",
  "hub.wrong_password",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export const issueCodes = [
  "record.required",
  "record.wrong_type",
  "record.too_long",
  "record.out_of_range",
  "record.unknown_code",
  "record.unknown_field",
  "record.bad_date",
  "record.bad_number",
  "record.ambiguous_number",
  "record.unknown_reference",
  "record.unit_not_valid",
  "record.control_character",
  "record.unknown_criterion",
  "record.rule",
] as const;
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
