// A set of criteria fills its lines: one line a criterion, so that only answers are left to give.
import type { CriteriaSetDto, FieldDto, KindDto } from "../../api/generated";
import { catalogue } from "../../state/catalogue.svelte";
import { isLines, type Line, type Values } from "./values";

interface CriteriaFields {
  set: FieldDto;
  lines: FieldDto;
  column: FieldDto;
}

export function criteriaFields(kind: KindDto): CriteriaFields | null {
  const set = kind.fields.find((field) => field.list === "criteria_set");
  for (const lines of kind.fields) {
    const column = lines.columns.find((one) => one.list === "criterion");
    if (set && column) return { set, lines, column };
  }
  return null;
}

function setOf(values: Values, fields: CriteriaFields): CriteriaSetDto | undefined {
  const id = values[fields.set.id];
  return catalogue.parts?.criteria_sets?.find((one) => one.id === id);
}

/** Codes that the criterion column offers with these values; null means all. */
export function offeredCriteria(kind: KindDto, values: Values): readonly string[] | null {
  const fields = criteriaFields(kind);
  return (fields && setOf(values, fields)?.criteria) ?? null;
}

/** The values with one line for each criterion; answers already given stay with theirs. */
export function filledCriteria(values: Values, fields: CriteriaFields, set: CriteriaSetDto): Values {
  const before = values[fields.lines.id];
  const given: Line[] = isLines(before) ? before : [];
  const lines = set.criteria.map(
    (code) => given.find((line) => line[fields.column.id] === code) ?? { [fields.column.id]: code },
  );
  return { ...values, [fields.lines.id]: lines };
}

/** Fills the lines when the set was just chosen, or (without `changed`) when a form starts with one. */
export function withCriteria(kind: KindDto, values: Values, changed?: string): Values {
  const fields = criteriaFields(kind);
  if (!fields || (changed !== undefined && changed !== fields.set.id)) return values;
  const set = setOf(values, fields);
  return set ? filledCriteria(values, fields, set) : values;
}
