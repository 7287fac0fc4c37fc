// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.

import type {
  UnitDto,
  Words,
} from "./app";

export type FieldValue = string | number | boolean | null | string[] | LineValue[];
export type LineValue = { [column: string]: string | number | boolean | null };

export type AgeDto = { 
/**
 * None is not known.
 */
from: number | null, n: number, 
/**
 * By code of the field that was asked for; what is not given is under an empty one.
 */
by: { [key in string]: number }, };

export type AssessmentDto = { id: string, fields: Record<string, FieldValue>, };

export type BookPlaceDto = { place: ChecklistPlaceDto, tallies: Array<TallyDto>, };

export type BookReq = { kind: string, 
/**
 * A field that says where something is, `hamlet` or `branch`, and its value as in [`ChecklistPlaceDto`].
 */
place_field: string | null, place: string | null, 
/**
 * Codes by field, `true` and `false` for yes and no, empty for what is not given.
 */
marks: { [key in string]: string }, calendar: string | null, period: string | null, 
/**
 * A code or yes/no field by which ages are counted apart as well.
 */
ages_by?: string, offset: number, 
/**
 * At most 500.
 */
limit: number, };

export type BookRes = { 
/**
 * People by given name; what happened, the newest first.
 */
rows: Array<BookRowDto>, n_total: number, 
/**
 * Titles of the records that the rows refer to, by id.
 */
titles: { [key in string]: string }, 
/**
 * Of every place what the other conditions leave.
 */
places: Array<BookPlaceDto>, 
/**
 * Of every code and yes/no field.
 */
tallies: Array<TallyDto>, 
/**
 * Bands of ten years, the youngest first; of a kind without a year of birth none.
 */
ages: Array<AgeDto>, };

export type BookRowDto = { id: string, title: string, day: string, fields: Record<string, FieldValue>, };

export type ChangeDto = { seq: number, device: string, 
/**
 * Made on this PC.
 */
own: boolean, author: string, at_ms: number, op: ChangeOpDto, fields: Array<FieldChangeDto>, 
/**
 * Why, of an erasure.
 */
reason: string | null, received: boolean, 
/**
 * What it says of which record stands for which. Another record said so when that gave way to this one.
 */
links: Array<LinkDto>, };

export type ChangeOpDto = "create" | "patch" | "erase" | "restore";

export type ChecklistPlaceDto = { 
/**
 * Field of what is assessed that says where it is.
 */
field: string, value: string, 
/**
 * Empty for those of which the place is not known.
 */
label: string, n: number, };

export type ChecklistPlacesReq = { 
/**
 * A kind with a set of criteria.
 */
kind: string, };

export type ChecklistPlacesRes = { 
/**
 * By field, in the order of the Vietnamese alphabet; the one that is not known last.
 */
places: Array<ChecklistPlaceDto>, };

export type ChecklistReq = { kind: string, 
/**
 * As in [`ChecklistPlaceDto`].
 */
field: string, value: string, };

export type ChecklistRes = { 
/**
 * People by given name; at most 500.
 */
rows: Array<ChecklistRowDto>, n_total: number, };

export type ChecklistRowDto = { id: string, title: string, fields: Record<string, FieldValue>, 
/**
 * Of all years, newest first.
 */
assessments: Array<AssessmentDto>, };

export type ConflictAbout = "field" | "erase" | "destroyed" | "lost";

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
waiting: Array<ConflictSideDto>, 
/**
 * The erased record that this one had given way to.
 */
lost: RecordNameDto | null, };

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

export type ConnectedKindDto = { kind: string, n_total: number, 
/**
 * Newest day first.
 */
rows: Array<RecordRowDto>, };

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

export type FieldChangeDto = { field: string, before: FieldValue, after: FieldValue, };

export type FilterDto = { field: string, op: FilterOpDto, 
/**
 * At most 64.
 */
values: Array<string | number | boolean | null>, };

export type FilterOpDto = "is" | "is_not" | "between" | "has" | "empty" | "given";

export type FollowedDto = { id: string, title: string, 
/**
 * Ids of its kind and of the field.
 */
kind: string, field: string, 
/**
 * The code that the field holds now.
 */
code: string, };

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

export type LinkDto = { how: LinkHow, other: RecordNameDto, };

export type LinkHow = "gave_way" | "parted" | "took_in" | "let_go";

export type MissingDto = { 
/**
 * Field id, or `lines_field.row.column` with rows from 0.
 */
path: string, id: string, why: MissingWhy, };

export type MissingWhy = "absent" | "erased" | "other_kind";

export type PhotoAddReq = { kind: string, path: string | null, 
/**
 * Standard alphabet, padded; at most 32 MiB of picture.
 */
base64: string | null, };

export type PhotoDto = { 
/**
 * 64 hexadecimal digits: what the record's field holds.
 */
id: string, 
/**
 * A JPEG as a data URL; null when it has not come from another PC yet, or cannot be read on this one.
 */
url: string | null, 
/**
 * Of the whole photo as it is kept and sent; 0 when it has not come.
 */
n_bytes: number, 
/**
 * The hub has signed for it.
 */
received: boolean, 
/**
 * Where it was taken, for kinds that keep that.
 */
place: PhotoPlaceDto | null, };

export type PhotoPlaceDto = { latitude: number, longitude: number, };

export type PhotoShowReq = { id: string, 
/**
 * The whole photo; otherwise one of at most 320 pixels.
 */
full: boolean, };

export type RecordCheckReq = { kind: string, fields: Record<string, FieldValue>, 
/**
 * Set when a stored record is being edited.
 */
id: string | null, };

export type RecordCheckRes = { issues: Array<IssueDto>, 
/**
 * Fields that do not apply with these values and are not shown.
 */
hidden: Array<string>, 
/**
 * Stored records that may be the same one, at most 5.
 */
alike: Array<RecordRowDto>, };

export type RecordConnectedReq = { id: string, 
/**
 * None is every kind.
 */
kind: string | null, offset: number, 
/**
 * Of each kind; at most 500.
 */
limit: number, };

export type RecordConnectedRes = { groups: Array<ConnectedKindDto>, 
/**
 * Titles of the records that the rows refer to, by id.
 */
titles: { [key in string]: string }, 
/**
 * Of a household its poverty class as records said, oldest first.
 */
states: Array<StateDto>, };

export type RecordDto = { id: string, short: string, kind: string, unit: UnitDto, day: string, title: string, fields: Record<string, FieldValue>, 
/**
 * Ids of fields that do not apply with these values.
 */
hidden: Array<string>, 
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
missing: Array<MissingDto>, 
/**
 * The record that is shown in the place of this one.
 */
kept: RecordNameDto | null, 
/**
 * Records that gave way to this one and are shown as part of it.
 */
given_way: Array<RecordNameDto>, };

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
indicator: string | null, 
/**
 * Of these the ones that the figure counts under a code of one of its dimensions.
 */
part_field?: string, 
/**
 * Empty for what is not given.
 */
part?: string, 
/**
 * Those at one place: `branch` or `hamlet`, and its value as the figures by place have it.
 */
place_field?: string, place?: string, 
/**
 * Conditions on fields of `kind`, all of which must hold; at most 16.
 */
filters?: Array<FilterDto>, 
/**
 * `title`, `day` or the id of a field, with `-` before it the other way round; the newest day first when absent.
 */
sort?: string, offset: number, 
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

export type RecordMergeReq = { 
/**
 * Gives way to `kept`.
 */
id: string, kept: string, };

export type RecordNameDto = { id: string, short: string, title: string, };

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
 * Of a stored record, what the named fields held before they were changed: what came meanwhile is not lost then.
 */
base: Record<string, FieldValue> | null, 
/**
 * Draft that this settles; removed in the same transaction.
 */
draft_id: string | null, };

export type RecordSaveRes = { id: string, short: string, 
/**
 * Ids of the fields that changed; empty when nothing did.
 */
changed: Array<string>, 
/**
 * What changed with it in other records: a person's status follows the moves.
 */
followed: Array<FollowedDto>, };

export type StateDto = { day: string, 
/**
 * Code of list `poverty_class`.
 */
code: string, 
/**
 * The record that says so.
 */
record: string, };

export type TableCheckReq = { kind: string, 
/**
 * At most 500.
 */
rows: Array<Record<string, FieldValue>>, 
/**
 * By row the stored record that it changes; a row beyond the end makes a new one.
 */
ids: Array<string | null>, };

export type TableCheckRes = { 
/**
 * One for each row, in order.
 */
rows: Array<RecordCheckRes>, };

export type TableSaveReq = { kind: string, 
/**
 * Saved all or none; at most 500.
 */
rows: Array<Record<string, FieldValue>>, 
/**
 * By row the stored record that it changes; a row beyond the end makes a new one.
 */
ids: Array<string | null>, draft_id: string, 
/**
 * What the draft holds from then on, changed in the same transaction; none removes it.
 */
rest: Record<string, FieldValue> | null, };

export type TableSaveRes = { saved: Array<RecordSaveRes>, };

export type TallyDto = { field: string, 
/**
 * By code, `true` or `false`; what is not given is under an empty one.
 */
counts: { [key in string]: number }, };

