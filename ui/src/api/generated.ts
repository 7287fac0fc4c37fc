// Generated from crates/api/src/dto; do not edit.

export type FieldValue =
  | string
  | number
  | boolean
  | null
  | string[]
  | Record<string, string | number | boolean | null>[];

export type Words = { vi: string; en: string };
export type Nothing = Record<symbol, never>;
export type ErrorBody = { code: string; params: Record<string, string | number>; incident: string };

export type RegisterState = "absent" | "locked" | "open";
export type UnitDto = { code: string; valid_from: string; name: string; parent: string };
export type SettingsDto = { language: string; calendar: string; theme: string; text_percent: number };
export type AppState = {
  state: RegisterState;
  version: string;
  unit: UnitDto | null;
  today: string;
  pin_wait_s: number;
  settings: SettingsDto;
};
export type UnitListReq = { on: string | null };
export type RegisterCreateReq = { unit_code: string; on: string | null; officer: string; pin: string };
export type RegisterCreateRes = { device: string; unit: UnitDto; recovery_code: string };
export type UnlockReq = { pin: string };
export type RecoverReq = { recovery_code: string; new_pin: string };
export type PinChangeReq = { old_pin: string; new_pin: string };
export type HomeReq = Record<symbol, never>;
export type KindCount = { kind: string; n_records: number };
export type HomeRes = {
  unit: UnitDto;
  officer: string;
  month: PeriodDto;
  year: PeriodDto;
  recorded: KindCount[];
  n_records: number;
  figures: FigureDto[];
  drafts: DraftDto[];
  n_unsent: number;
  n_conflicts: number;
  last_receipt_at_ms: number | null;
  backup_age_days: number | null;
};
export type VerifyRes = { ok: boolean; n_records: number; n_changes: number; differences: string[] };

export type CatalogueRes = {
  version: number;
  digest: string;
  kinds: KindDto[];
  lists: ListDto[];
  indicators: IndicatorDto[];
  calendars: CalendarDto[];
  criteria_sets: CriteriaSetDto[];
};
export type KindDto = {
  id: string;
  group: string;
  nature: string;
  label: Words;
  plural: Words;
  help: Words;
  date_field: string;
  title: string[];
  columns: string[];
  fields: FieldDto[];
  has_personal: boolean;
};
export type FieldTypeDto =
  | "text"
  | "long_text"
  | "integer"
  | "decimal"
  | "money"
  | "date"
  | "year"
  | "bool"
  | "code"
  | "codes"
  | "ref"
  | "lines";
export type FieldDto = {
  id: string;
  type: FieldTypeDto;
  label: Words;
  help: Words;
  required: boolean;
  personal: boolean;
  min: number | null;
  max: number | null;
  max_len: number | null;
  scale: number;
  unit: string | null;
  list: string | null;
  ref_kind: string | null;
  default: FieldValue;
  columns: FieldDto[];
};
export type ListDto = { id: string; label: Words; items: ListItemDto[] };
export type ListItemDto = { code: string; label: Words; parent: string | null; aliases: string[] };
export type IndicatorDto = {
  code: string;
  label: Words;
  unit: string;
  measure: string;
  time: string;
  task: string;
  kind: string | null;
  by: DimensionDto[];
};
export type DimensionDto = { field: string; label: Words; list: string | null };
export type CalendarDto = { id: string; label: Words };
export type CriteriaSetDto = {
  id: string;
  label: Words;
  valid_from: string;
  valid_to: string | null;
  is_default: boolean;
  criteria: string[];
};

export type PeriodDto = { label: string; kind: string; first: string; last: string; due: string };
export type PeriodListReq = { calendar: string };
export type PeriodListRes = { periods: PeriodDto[]; current: { [key in string]?: string } };
export type UnitMode = "then" | "now";
export type FiguresReq = { calendar: string; period: string; mode: UnitMode; indicators: string[] };
export type FiguresRes = { period: PeriodDto; unit: UnitDto; figures: FigureDto[]; before: FigureDto[] };
export type FigureParts = { a: number; b: number };
export type FigureDto = {
  indicator: string;
  value: number | null;
  unit: string;
  target: number | null;
  percent: number | null;
  parts: FigureParts | null;
  by: { [key in string]?: { [key in string]?: number } };
};

export type RecordListReq = {
  kind: string | null;
  search: string | null;
  period: string | null;
  calendar: string | null;
  indicator: string | null;
  offset: number;
  limit: number;
};
export type RecordListRes = { rows: RecordRowDto[]; n_total: number; titles: { [key in string]?: string } };
export type RecordRowDto = {
  id: string;
  short: string;
  kind: string;
  day: string;
  title: string;
  columns: Record<string, FieldValue>;
  received: boolean;
  n_conflicts: number;
};
export type RecordIdReq = { id: string };
export type RecordDto = {
  id: string;
  short: string;
  kind: string;
  unit: UnitDto;
  day: string;
  title: string;
  fields: Record<string, FieldValue>;
  titles: { [key in string]?: string };
  erased: boolean;
  received: boolean;
  author: string;
  created_at_ms: number;
  changed_at_ms: number;
};
export type RecordCheckReq = { kind: string; fields: Record<string, FieldValue>; id: string | null };
export type RecordCheckRes = { issues: IssueDto[]; hidden: string[] };
export type IssueLevel = "error" | "warning";
export type IssueDto = {
  field: string | null;
  level: IssueLevel;
  code: string;
  params: Record<string, string | number>;
  message: Words | null;
};
export type RecordSaveReq = {
  id: string | null;
  kind: string;
  fields: Record<string, FieldValue>;
  draft_id: string | null;
};
export type RecordSaveRes = { id: string; short: string; changed: string[] };
export type RecordEraseReq = { id: string; reason: string };
export type RecordHistoryRes = { changes: ChangeDto[]; titles: { [key in string]?: string } };
export type ChangeOpDto = "create" | "patch" | "erase" | "restore";
export type ChangeDto = {
  seq: number;
  device: string;
  own: boolean;
  author: string;
  at_ms: number;
  op: ChangeOpDto;
  fields: FieldChangeDto[];
  received: boolean;
};
export type FieldChangeDto = { field: string; before: FieldValue; after: FieldValue };
export type DraftDto = {
  id: string;
  kind: string;
  record_id: string | null;
  fields: Record<string, FieldValue>;
  title: string;
  saved_at_ms: number;
};
export type DraftSaveReq = {
  id: string;
  kind: string;
  record_id: string | null;
  fields: Record<string, FieldValue>;
};
export type DraftListRes = { drafts: DraftDto[] };
export type DraftDiscardReq = { id: string };

export type EnrolReq = { file: string | null; hub_url: string | null; code: string | null };
export type EnrolRes = { hub: string; unit: string };
export type SyncOutcome = "up_to_date" | "partial" | "offline" | "cancelled";
export type SyncStatusRes = {
  hub: string | null;
  n_changes: number;
  n_unsent: number;
  n_receipted: number;
  n_conflicts: number;
  last_receipt_at_ms: number | null;
  running: boolean;
  receipts: ReceiptDto[];
};
export type ReceiptDto = { first_seq: number; n_changes: number; at_ms: number };
export type SyncRes = {
  outcome: SyncOutcome;
  n_changes_sent: number;
  n_batches_sent: number;
  bytes_sent: number;
  bytes_received: number;
  n_unsent: number;
  problem: string | null;
};
export type SyncProgress = {
  stage: string;
  bytes_sent: number;
  bytes_total: number;
  n_changes_confirmed: number;
  n_changes_total: number;
};

export interface Commands {
  app_state: { req: Nothing; res: AppState };
  unit_list: { req: UnitListReq; res: UnitDto[] };
  register_create: { req: RegisterCreateReq; res: RegisterCreateRes };
  register_unlock: { req: UnlockReq; res: AppState };
  register_recover: { req: RecoverReq; res: AppState };
  register_lock: { req: Nothing; res: AppState };
  pin_change: { req: PinChangeReq; res: Nothing };
  settings_save: { req: SettingsDto; res: SettingsDto };
  catalogue_get: { req: Nothing; res: CatalogueRes };
  home_get: { req: HomeReq; res: HomeRes };
  record_list: { req: RecordListReq; res: RecordListRes };
  record_get: { req: RecordIdReq; res: RecordDto };
  record_history: { req: RecordIdReq; res: RecordHistoryRes };
  record_check: { req: RecordCheckReq; res: RecordCheckRes };
  record_save: { req: RecordSaveReq; res: RecordSaveRes };
  record_erase: { req: RecordEraseReq; res: RecordSaveRes };
  record_restore: { req: RecordIdReq; res: RecordSaveRes };
  draft_list: { req: Nothing; res: DraftListRes };
  draft_save: { req: DraftSaveReq; res: DraftDto };
  draft_discard: { req: DraftDiscardReq; res: Nothing };
  period_list: { req: PeriodListReq; res: PeriodListRes };
  figures_get: { req: FiguresReq; res: FiguresRes };
  enrol: { req: EnrolReq; res: EnrolRes };
  sync_status: { req: Nothing; res: SyncStatusRes };
  sync_start: { req: Nothing; res: SyncRes };
  sync_cancel: { req: Nothing; res: Nothing };
  register_verify: { req: Nothing; res: VerifyRes };
}
