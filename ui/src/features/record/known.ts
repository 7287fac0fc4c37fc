// What the register knows already of the person or the household that a form is about, and a form asks for once more.
import type { FieldValue, KindDto, RecordDto } from "../../api/generated";
import { isEmpty, type Values } from "./values";

const KINH = "01";
const AGE_BANDS: readonly (readonly [number, string])[] = [
  [61, "tren_60"],
  [51, "a51_60"],
  [41, "a41_50"],
  [31, "a31_40"],
  [18, "a18_30"],
  [0, "duoi_18"],
];

/** Said of both in the same words. */
const SAME: readonly string[] = ["branch", "head_sex", "poverty_class"];

const yearOf = (day: FieldValue | undefined): number => (typeof day === "string" ? Number(day.slice(0, 4)) : NaN);

function ageBand({ birth_year, birth_date }: RecordDto["fields"], day: FieldValue | undefined): string | null {
  const age = yearOf(day) - (typeof birth_year === "number" ? birth_year : yearOf(birth_date));
  return AGE_BANDS.find(([from]) => age >= from)?.[1] ?? null;
}

/** Values of fields of `kind` that follow from the record it is about; none where that does not say. */
export function knownFrom(kind: KindDto, about: RecordDto, day: FieldValue | undefined): Values {
  const { fields } = about;
  const found: Values = {};
  for (const { id } of kind.fields) {
    if (SAME.includes(id) && !isEmpty(fields[id])) found[id] = fields[id] ?? null;
    else if (id === "ethnic_minority" && !isEmpty(fields["ethnicity"])) found[id] = fields["ethnicity"] !== KINH;
    else if (id === "age_band") {
      const band = ageBand(fields, day);
      if (band !== null) found[id] = band;
    }
  }
  return found;
}

/** `values` with what is known, wherever she has not said otherwise: where there is nothing, or what was known of the
 * record that stood there before. */
export function withKnown(values: Values, before: Values, known: Values, isHers: (id: string) => boolean): Values {
  const next = { ...values };
  for (const id of new Set([...Object.keys(before), ...Object.keys(known)])) {
    const isFree = isEmpty(values[id]) || (id in before ? values[id] === before[id] : id === "branch");
    if (isFree && !isHers(id)) next[id] = known[id] ?? null;
  }
  return next;
}
