// Filters of a list: in the address, and as parts of a sentence.
import type { FieldDto, FieldValue, FilterDto, FilterOpDto, KindDto } from "../../api/generated";
import { lowerFirst, say, t } from "../../words/words.svelte";
import { showValue } from "../record/show";

type Titles = { [key in string]?: string };

const ranged = (field: FieldDto) => ["integer", "decimal", "money", "date", "year"].includes(field.type);

/** Fields that a list can be narrowed by, those of its columns first. */
export function filterable(kind: KindDto): FieldDto[] {
  const types = ["text", "integer", "decimal", "money", "date", "year", "bool", "code", "codes", "ref"];
  const fields = kind.fields.filter((field) => types.includes(field.type));
  const place = (field: FieldDto) => (kind.columns.includes(field.id) ? 0 : 1);
  return fields.sort((a, b) => place(a) - place(b));
}

/** What can be asked of a field; the first is what it begins with. */
export function opsOf(field: FieldDto): FilterOpDto[] {
  if (ranged(field)) return ["between", "given", "empty"];
  if (field.type === "text") return ["has", "given", "empty"];
  if (field.type === "bool") return ["is", "empty"];
  return ["is", "is_not", "given", "empty"];
}

const OPS = ["is", "is_not", "between", "has", "empty", "given"];

function isFilter(one: unknown): one is FilterDto {
  if (typeof one !== "object" || one === null) return false;
  const { field, op, values } = one as Record<string, unknown>; // only looked at here
  return typeof field === "string" && typeof op === "string" && OPS.includes(op) && Array.isArray(values);
}

/** The filters of an address; what is none, or names a field that the kind does not have, is left out. */
export function readFilters(text: string | null, kind: KindDto | undefined): FilterDto[] {
  if (!text || !kind) return [];
  try {
    const read: unknown = JSON.parse(text);
    const ids = new Set(filterable(kind).map((field) => field.id));
    return Array.isArray(read) ? read.filter(isFilter).filter((one) => ids.has(one.field)).slice(0, 16) : [];
  } catch {
    return [];
  }
}

export function writeFilters(filters: FilterDto[]): string | null {
  return filters.length === 0 ? null : JSON.stringify(filters.map(({ field, op, values }) => ({ field, op, values })));
}

/** True when there is something to look for. */
export function isWhole(filter: FilterDto): boolean {
  if (filter.op === "empty" || filter.op === "given") return true;
  return filter.values.some((value) => value !== null && value !== "");
}

/** Of two ends the smaller comes first, however they were typed. */
export function inOrder(filter: FilterDto): FilterDto {
  const [from, to] = filter.values;
  const isTurned = filter.op === "between" && from != null && to != null && from > to;
  return isTurned ? { ...filter, values: [to, from] } : filter;
}

/** One part of the sentence: "năm sinh từ 1980 đến 1990", "chi hội A Hươr", "chưa ghi điện thoại". */
export function filterText(field: FieldDto, filter: FilterDto, titles: Titles): string {
  const label = lowerFirst(say(field.label));
  // A several-choice field asks for one code at a time.
  const one = (value: FieldValue | undefined) => showValue({ ...field, type: field.type === "codes" ? "code" : field.type }, value, titles);
  const values = filter.values.map(one).filter(Boolean).join(t().filter.or);
  switch (filter.op) {
    case "is":
      return field.type === "bool" ? t().filter.bool(label, filter.values[0] === true) : t().filter.is(label, values);
    case "is_not":
      return t().filter.isNot(label, values);
    case "has":
      return t().filter.has(label, String(filter.values[0] ?? ""));
    case "empty":
      return t().filter.empty(label);
    case "given":
      return t().filter.given(label);
    case "between": {
      const [from, to] = [one(filter.values[0]), one(filter.values[1])];
      if (from === to) return t().filter.is(label, from);
      if (to === "") return t().filter.from(label, from);
      return from === "" ? t().filter.to(label, to) : t().filter.between(label, from, to);
    }
  }
}

/** Ids of records that the filters name. */
export function namedIn(kind: KindDto | undefined, filters: FilterDto[]): string[] {
  const isRef = (filter: FilterDto) => kind?.fields.find((field) => field.id === filter.field)?.type === "ref";
  return filters.filter(isRef).flatMap((filter) => filter.values.filter((value) => typeof value === "string"));
}
