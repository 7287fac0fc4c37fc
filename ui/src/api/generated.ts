// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.

export type FieldValue = string | number | boolean | null | string[] | LineValue[];
export type LineValue = { [column: string]: string | number | boolean | null };

export type AnswerFileDto = { path: string, 
/**
 * Name of the file, without the folder.
 */
name: string, 
/**
 * Running number of the file that it answers.
 */
number: number, 
/**
 * The hub's day.
 */
made_on: string, 
/**
 * The register has all receipts that it can bring.
 */
is_known: boolean, };

export type AppState = { state: RegisterState, version: string, 
/**
 * Shown on the lock screen, so that an officer sees whose register this is.
 */
unit: UnitDto | null, 
/**
 * Today, as well as it is known.
 */
today: string, clock: ClockDto, 
/**
 * Seconds to wait before another PIN is tried; 0 when none.
 */
pin_wait_s: number, settings: SettingsDto, };

export type BulletinDto = { number: number, 
/**
 * By the province's clock.
 */
at_ms: number, kind: BulletinKindDto, 
/**
 * Empty when no person said it.
 */
author: string, 
/**
 * Empty when there are no words.
 */
text: string, calendar: string | null, period: string | null, indicator: string | null, 
/**
 * A record that may be of another PC, or gone.
 */
record: string | null, reply_to: number | null, 
/**
 * Kept for a newer version of the program.
 */
for_newer_program: boolean, };

export type BulletinKindDto = "targets" | "catalogue" | "units" | "calendars" | "comment" | "accepted" | "returned" | "unknown";

export type BulletinListReq = { 
/**
 * Comments and decisions only: what the officer has to read.
 */
words_only: boolean, 
/**
 * At most 500.
 */
limit: number, };

export type BulletinListRes = { 
/**
 * Newest first.
 */
bulletins: Array<BulletinDto>, };

export type BundleInReq = { path: string, };

export type BundleOutReq = { folder: string, };

export type BundleOutRes = { 
/**
 * The whole path.
 */
file: string, 
/**
 * Name of the file, without the folder.
 */
name: string, 
/**
 * Running number of the bundles of this PC.
 */
number: number, n_changes: number, n_batches: number, n_bytes: number, };

export type BundlePlacesReq = { folder: string | null, };

export type BundlePlacesRes = { sticks: Array<StickDto>, 
/**
 * Those that bring something new first; at most 20.
 */
answers: Array<AnswerFileDto>, };

export type CalendarDto = { id: string, label: Words, };

export type CatalogueRes = { version: number, digest: string, kinds: Array<KindDto>, lists: Array<ListDto>, indicators: Array<IndicatorDto>, calendars: Array<CalendarDto>, criteria_sets: Array<CriteriaSetDto>, };

export type ChangeDto = { seq: number, device: string, 
/**
 * Made on this PC.
 */
own: boolean, author: string, at_ms: number, op: ChangeOpDto, fields: Array<FieldChangeDto>, received: boolean, };

export type ChangeOpDto = "create" | "patch" | "erase" | "restore";

export type ClockDoubt = "none" | "behind" | "ahead" | "corrected_by_hub" | "corrected_by_officer";

export type ClockDto = { doubt: ClockDoubt, 
/**
 * The day that the PC itself shows.
 */
shown_day: string, };

export type ClockSetReq = { 
/**
 * The day that it is.
 */
today: string, };

export type ConflictAbout = "field" | "erase" | "destroyed";

export type ConflictDto = { 
/**
 * The record's.
 */
id: string, short: string, kind: string, title: string, about: ConflictAbout, 
/**
 * Field id, `#` and a number for one of a newer catalogue, or `record` for the whole record.
 */
field: string, shown: ConflictSideDto, 
/**
 * Newest first.
 */
waiting: Array<ConflictSideDto>, };

export type ConflictListRes = { 
/**
 * By record and field.
 */
conflicts: Array<ConflictDto>, 
/**
 * Titles of the records that the values refer to, by id.
 */
titles: { [key in string]: string }, };

export type ConflictResolveReq = { id: string, field: string, 
/**
 * The chosen side's `choice`.
 */
choice: string, };

export type ConflictSideDto = { 
/**
 * Names this side when it is chosen.
 */
choice: string, 
/**
 * Null when it emptied the field, and for the whole record.
 */
value: FieldValue, 
/**
 * Empty when the name is not known on this PC.
 */
author: string, device: string, 
/**
 * Made on this PC.
 */
own: boolean, at_ms: number, op: ChangeOpDto, };

export type CriteriaSetDto = { id: string, label: Words, valid_from: string, valid_to: string | null, is_default: boolean, 
/**
 * Codes of list `criterion`, in order.
 */
criteria: Array<string>, };

export type DimensionDto = { field: string, label: Words, 
/**
 * Code list of its values; none for yes/no.
 */
list: string | null, };

export type DraftDiscardReq = { id: string, };

export type DraftDto = { id: string, kind: string, 
/**
 * The stored record that is being edited.
 */
record_id: string | null, fields: Record<string, FieldValue>, title: string, saved_at_ms: number, };

export type DraftListRes = { drafts: Array<DraftDto>, };

export type DraftSaveReq = { 
/**
 * Made by the UI (any UUID), so that saving twice is one draft.
 */
id: string, kind: string, record_id: string | null, 
/**
 * As typed; unchecked.
 */
fields: Record<string, FieldValue>, };

export type EnrolReq = { 
/**
 * Text of the enrolment file, or none when hub and code are typed.
 */
file: string | null, hub_url: string | null, code: string | null, };

export type EnrolRes = { 
/**
 * Address of the hub.
 */
hub: string, unit: string, };

export type ErrorBody = { code: string, params: Record<string, string | number>, 
/**
 * Number the officer can read out; it is in the log beside the cause.
 */
incident: string, };

export type FieldChangeDto = { field: string, before: FieldValue, after: FieldValue, };

export type FieldDto = { id: string, type: FieldTypeDto, label: Words, help: Words, required: boolean, personal: boolean, min: number | null, max: number | null, max_len: number | null, 
/**
 * Digits after the decimal comma of a `decimal`.
 */
scale: number, 
/**
 * Code of list `unit_of_measure`.
 */
unit: string | null, 
/**
 * Code list of a `code` or `codes`.
 */
list: string | null, 
/**
 * Kind that a `ref` points at.
 */
ref_kind: string | null, default: FieldValue, 
/**
 * Columns of `lines`.
 */
columns: Array<FieldDto>, };

export type FieldTypeDto = "text" | "long_text" | "integer" | "decimal" | "money" | "date" | "year" | "bool" | "code" | "codes" | "ref" | "lines";

export type FigureDto = { indicator: string, 
/**
 * None when there is nothing to divide by.
 */
value: number | null, 
/**
 * Code of list `unit_of_measure`.
 */
unit: string, target: number | null, 
/**
 * 100 × value / target.
 */
percent: number | null, 
/**
 * Numerator and denominator of a ratio; women and men of a gap.
 */
parts: FigureParts | null, 
/**
 * Field id → code (`""` when not given) → value.
 */
by: { [key in string]: { [key in string]: number } }, };

export type FigureParts = { a: number, b: number, };

export type FiguresReq = { calendar: string, period: string, mode: UnitMode, 
/**
 * All shown indicators when empty.
 */
indicators: Array<string>, };

export type FiguresRes = { period: PeriodDto, unit: UnitDto, figures: Array<FigureDto>, 
/**
 * The same period of the year before.
 */
before: Array<FigureDto>, };

export type HomeReq = Record<symbol, never>;

export type HomeRes = { unit: UnitDto, officer: string, 
/**
 * The month and the year of today in the chosen calendar.
 */
month: PeriodDto, year: PeriodDto, 
/**
 * Records dated in the month, by kind; kinds without any are left out.
 */
recorded: Array<KindCount>, 
/**
 * All of these together.
 */
n_records: number, 
/**
 * Indicators with a target in the year.
 */
figures: Array<FigureDto>, drafts: Array<DraftDto>, n_unsent: number, n_conflicts: number, last_receipt_at_ms: number | null, backup_age_days: number | null, };

export type IndicatorDto = { code: string, label: Words, 
/**
 * Code of list `unit_of_measure`.
 */
unit: string, 
/**
 * `count`, `sum`, `distinct`, `net`, `ratio` or `gap`.
 */
measure: string, 
/**
 * `flow`, `stock_end` or `stock_active`.
 */
time: string, task: string, 
/**
 * The kind whose records it counts; none for a ratio or gap.
 */
kind: string | null, 
/**
 * Field ids it can be split by.
 */
by: Array<DimensionDto>, };

export type IssueDto = { 
/**
 * Field id, or `lines_field.row.column` with rows from 0; none when it concerns the whole record.
 */
field: string | null, level: IssueLevel, 
/**
 * `record.required`, `record.too_long`, `record.out_of_range`, `record.rule` …
 */
code: string, params: Record<string, string | number>, 
/**
 * The sentence of a catalogue rule; other codes have their words in the UI.
 */
message: Words | null, };

export type IssueLevel = "error" | "warning";

export type KindCount = { kind: string, n_records: number, };

export type KindDto = { id: string, 
/**
 * Code of list `kind_group`; navigation is grouped by it.
 */
group: string, nature: string, label: Words, plural: Words, help: Words, date_field: string, 
/**
 * Ids of the fields shown as title, and as further columns of the list.
 */
title: Array<string>, columns: Array<string>, 
/**
 * In the order of the form; common fields last.
 */
fields: Array<FieldDto>, 
/**
 * True when any field is personal: those leave the PC only sealed.
 */
has_personal: boolean, };

export type ListDto = { id: string, label: Words, items: Array<ListItemDto>, };

export type ListItemDto = { code: string, label: Words, parent: string | null, aliases: Array<string>, };

export type MissingDto = { 
/**
 * Field id, or `lines_field.row.column` with rows from 0.
 */
path: string, id: string, why: MissingWhy, };

export type MissingWhy = "absent" | "erased" | "other_kind";

export type MovedDto = { from: string, to: string, };

export type Nothing = Record<symbol, never>;

export type PairJoinReq = { code: string, };

export type PairShowReq = { pin: string, };

export type PairShowRes = { 
/**
 * Eight groups of four letters, to be read out to the commune's second PC.
 */
code: string, };

export type PeriodDto = { 
/**
 * `2018`, `2018-H1`, `2018-Q4`, `2018-11`.
 */
label: string, 
/**
 * `month`, `quarter`, `half` or `year`.
 */
kind: string, first: string, last: string, due: string, };

export type PeriodListReq = { calendar: string, };

export type PeriodListRes = { periods: Array<PeriodDto>, 
/**
 * Labels of the rows that today lies in, by kind.
 */
current: { [key in string]: string }, };

export type PinChangeReq = { old_pin: string, new_pin: string, };

export type ReceiptDto = { first_seq: number, n_changes: number, 
/**
 * The hub's own time.
 */
at_ms: number, };

export type RecordCheckReq = { kind: string, fields: Record<string, FieldValue>, 
/**
 * Set when a stored record is being edited.
 */
id: string | null, };

export type RecordCheckRes = { issues: Array<IssueDto>, 
/**
 * Fields that do not apply with these values and are not shown.
 */
hidden: Array<string>, };

export type RecordDto = { id: string, short: string, kind: string, unit: UnitDto, day: string, title: string, fields: Record<string, FieldValue>, 
/**
 * Titles of the records it refers to, by id.
 */
titles: { [key in string]: string }, erased: boolean, 
/**
 * Erased for good: its content was personal and is gone.
 */
destroyed: boolean, received: boolean, author: string, created_at_ms: number, changed_at_ms: number, n_conflicts: number, 
/**
 * References to records that are not there, or not any more.
 */
missing: Array<MissingDto>, };

export type RecordEraseReq = { id: string, reason: string, };

export type RecordHistoryRes = { 
/**
 * Newest first.
 */
changes: Array<ChangeDto>, titles: { [key in string]: string }, };

export type RecordIdReq = { id: string, };

export type RecordListReq = { kind: string | null, 
/**
 * Free text; folded, so that `hue` finds `Huế`.
 */
search: string | null, 
/**
 * Label of a period, such as `2018-Q4`, in `calendar`.
 */
period: string | null, calendar: string | null, 
/**
 * Records that count for this indicator in the period.
 */
indicator: string | null, offset: number, 
/**
 * At most 500.
 */
limit: number, };

export type RecordListRes = { rows: Array<RecordRowDto>, 
/**
 * Rows that match in all.
 */
n_total: number, 
/**
 * Titles of the records that the rows refer to, by id.
 */
titles: { [key in string]: string }, };

export type RecordRowDto = { id: string, 
/**
 * Code short enough to read over the phone.
 */
short: string, kind: string, day: string, title: string, 
/**
 * Only the kind's list columns.
 */
columns: Record<string, FieldValue>, 
/**
 * True when a receipt of the hub covers every change of it.
 */
received: boolean, n_conflicts: number, };

export type RecordSaveReq = { 
/**
 * None makes a new record.
 */
id: string | null, kind: string, fields: Record<string, FieldValue>, 
/**
 * Draft that this settles; removed in the same transaction.
 */
draft_id: string | null, };

export type RecordSaveRes = { id: string, short: string, 
/**
 * Ids of the fields that changed; empty when nothing did.
 */
changed: Array<string>, };

export type RecoverReq = { recovery_code: string, new_pin: string, };

export type RegisterCreateReq = { unit_code: string, on: string | null, officer: string, pin: string, };

export type RegisterCreateRes = { device: string, unit: UnitDto, 
/**
 * Shown once, to print or write down; opens the register when the PIN is forgotten.
 */
recovery_code: string, };

export type RegisterState = "absent" | "locked" | "open";

export type SettingsDto = { 
/**
 * `vi` or `en`.
 */
language: string, 
/**
 * Id of the calendar that home and progress open with.
 */
calendar: string, 
/**
 * `system`, `light` or `dark`.
 */
theme: string, 
/**
 * Percent of the normal text size: 100, 115, 130 or 150.
 */
text_percent: number, };

export type StickDto = { 
/**
 * As its owner called it; may be empty.
 */
name: string, 
/**
 * `E:`, where drives have letters.
 */
letter: string | null, path: string, n_bytes_free: number, };

export type SyncOutcome = "up_to_date" | "partial" | "offline" | "cancelled";

export type SyncProgress = { 
/**
 * `connecting`, `sending`, `receiving` or `checking`.
 */
stage: string, bytes_sent: number, bytes_total: number, n_changes_confirmed: number, n_changes_total: number, 
/**
 * Told once, before anything else goes on.
 */
moved: Array<MovedDto>, };

export type SyncRes = { outcome: SyncOutcome, n_changes_sent: number, n_batches_sent: number, bytes_sent: number, bytes_received: number, 
/**
 * Batches of the commune's other PCs that came down.
 */
n_batches_pulled: number, 
/**
 * What the province said that was new here.
 */
n_bulletins: number, 
/**
 * Other PCs of the unit whose records cannot be read here: they were not paired with this one.
 */
n_strangers: number, n_unsent: number, 
/**
 * Code of what stopped it, with words in the UI; none when it went through.
 */
problem: string | null, };

export type SyncStatusRes = { hub: string | null, n_changes: number, n_unsent: number, n_receipted: number, n_conflicts: number, last_receipt_at_ms: number | null, running: boolean, 
/**
 * What the province said that only a newer version of the program understands; it is kept.
 */
n_for_newer_program: number, 
/**
 * Version of the catalogue that is worked with.
 */
catalogue: number, 
/**
 * The province published a newer one that this version of the program cannot read.
 */
behind_catalogue: boolean, 
/**
 * Since when this PC goes by a number of its own, because its register was copied or restored from a
 * backup; null on every other PC.
 */
renewed_at_ms: number | null, 
/**
 * Newest first, at most 20.
 */
receipts: Array<ReceiptDto>, };

export type UnitDto = { code: string, valid_from: string, name: string, 
/**
 * The level above as of that day, to tell two communes of one name apart.
 */
parent: string, };

export type UnitListReq = { 
/**
 * Day the units must be valid on; today when absent.
 */
on: string | null, };

export type UnitMode = "then" | "now";

export type UnlockReq = { pin: string, };

export type VerifyRes = { ok: boolean, n_records: number, n_changes: number, 
/**
 * Codes and ids, never contents.
 */
differences: Array<string>, };

export type Words = { vi: string, en: string, };

export interface Commands {
  app_state: { req: Nothing; res: AppState };
  clock_set: { req: ClockSetReq; res: AppState };
  unit_list: { req: UnitListReq; res: Array<UnitDto> };
  register_create: { req: RegisterCreateReq; res: RegisterCreateRes };
  register_unlock: { req: UnlockReq; res: AppState };
  register_recover: { req: RecoverReq; res: AppState };
  register_lock: { req: Nothing; res: AppState };
  register_verify: { req: Nothing; res: VerifyRes };
  pin_change: { req: PinChangeReq; res: Nothing };
  pair_show: { req: PairShowReq; res: PairShowRes };
  pair_join: { req: PairJoinReq; res: Nothing };
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
  conflict_list: { req: Nothing; res: ConflictListRes };
  conflict_resolve: { req: ConflictResolveReq; res: RecordSaveRes };
  draft_list: { req: Nothing; res: DraftListRes };
  draft_save: { req: DraftSaveReq; res: DraftDto };
  draft_discard: { req: DraftDiscardReq; res: Nothing };
  period_list: { req: PeriodListReq; res: PeriodListRes };
  figures_get: { req: FiguresReq; res: FiguresRes };
  enrol: { req: EnrolReq; res: EnrolRes };
  sync_status: { req: Nothing; res: SyncStatusRes };
  sync_start: { req: Nothing; res: SyncRes };
  sync_cancel: { req: Nothing; res: Nothing };
  bundle_places: { req: BundlePlacesReq; res: BundlePlacesRes };
  bundle_out: { req: BundleOutReq; res: BundleOutRes };
  bundle_cancel: { req: Nothing; res: Nothing };
  bundle_in: { req: BundleInReq; res: SyncRes };
  bulletin_list: { req: BulletinListReq; res: BulletinListRes };
}
