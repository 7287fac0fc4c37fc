// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.

import type {
  UnitDto,
  Words,
} from "./app";
import type {
  FieldValue,
} from "./record";

export type CalendarDto = { id: string, label: Words, };

export type CatalogueRes = { version: number, digest: string, kinds: Array<KindDto>, lists: Array<ListDto>, indicators: Array<IndicatorDto>, calendars: Array<CalendarDto>, criteria_sets: Array<CriteriaSetDto>, };

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

export type FieldTypeDto = "text" | "long_text" | "integer" | "decimal" | "money" | "date" | "year" | "bool" | "code" | "codes" | "ref" | "lines" | "photos";

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

export type FiguresByPlaceReq = { calendar: string, period: string, mode: UnitMode, 
/**
 * `branch` or `hamlet`.
 */
field: string, };

export type FiguresByPlaceRes = { 
/**
 * Of all places together.
 */
whole: FiguresRes, 
/**
 * By name; last what is of no place, when there is any. What counts units is not among their figures.
 */
places: Array<PlaceFiguresDto>, };

export type FiguresReq = { calendar: string, period: string, mode: UnitMode, 
/**
 * All shown indicators when empty.
 */
indicators: Array<string>, 
/**
 * Only what counts at one place: `branch` or `hamlet`, and its value as in [`FiguresByPlaceRes`].
 */
place_field?: string, place?: string, };

export type FiguresRes = { period: PeriodDto, unit: UnitDto, figures: Array<FigureDto>, 
/**
 * The same period of the year before.
 */
before: Array<FigureDto>, };

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
by: Array<DimensionDto>, 
/**
 * Codes of the indicators that a ratio or a gap is made of, or whose reporting units are counted.
 */
of?: Array<string>, };

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

export type PlaceFiguresDto = { 
/**
 * Empty for what is of no place.
 */
value: string, label: string, 
/**
 * Dated in the period.
 */
n_records: number, 
/**
 * Without their parts.
 */
figures: Array<FigureDto>, 
/**
 * The same period of the year before.
 */
before: Array<FigureDto>, };

export type UnitMode = "then" | "now";

