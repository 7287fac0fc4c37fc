// Which fields of a kind make a checklist of it: told by the lists that they take their codes from.
import type { CriteriaSetDto, FieldDto, KindDto } from "../../api/generated";
import { criteriaFields } from "../record/criteria";

export interface Parts {
  kind: KindDto;
  /** Refers to what is assessed. */
  subject: FieldDto;
  set: FieldDto;
  lines: FieldDto;
  criterion: FieldDto;
  answer: FieldDto;
  note: FieldDto | undefined;
  review: FieldDto | undefined;
  year: FieldDto;
  /** Whether it had the title before, so that it is not counted as new. */
  before: FieldDto | undefined;
}

export function partsOf(kind: KindDto): Parts | null {
  const criteria = criteriaFields(kind);
  const subject = kind.fields.find((field) => field.type === "ref" && field.ref_kind !== null);
  const year = kind.fields.find((field) => field.type === "year");
  const answer = criteria?.lines.columns.find((column) => column.list === "criterion_answer");
  if (!criteria || !subject || !year || !answer) return null;
  return {
    kind,
    subject,
    set: criteria.set,
    lines: criteria.lines,
    criterion: criteria.column,
    answer,
    note: criteria.lines.columns.find((column) => column.type === "text"),
    review: kind.fields.find((field) => field.list === "review_state"),
    year,
    before: kind.fields.find((field) => field.id === "passed_before"),
  };
}

export const isInForce = (set: CriteriaSetDto, day: string): boolean => set.valid_from <= day && (set.valid_to === null || day <= set.valid_to);

/** The set of a day: the default one of those in force then. */
export function setOfDay(sets: readonly CriteriaSetDto[], day: string): CriteriaSetDto | undefined {
  const inForce = sets.filter((set) => isInForce(set, day));
  return inForce.find((set) => set.is_default) ?? inForce[0];
}

/** Sets to choose from on a day; the chosen one stays among them. */
export function setsFor(sets: readonly CriteriaSetDto[], day: string, chosen: string): CriteriaSetDto[] {
  return sets.filter((set) => set.id === chosen || isInForce(set, day));
}
