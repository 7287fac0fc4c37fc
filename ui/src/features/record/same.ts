// Two records beside each other: only fields that one of them has.
import type { FieldDto, FieldValue, KindDto, RecordDto } from "../../api/generated";
import { isEmpty } from "./values";

export interface SideBySide {
  field: FieldDto;
  one: string;
  other: string;
  /** Both say something, and not the same. */
  differs: boolean;
}

type Show = (field: FieldDto, value: FieldValue | undefined, titles: RecordDto["titles"]) => string;

export function sideBySide(kind: KindDto, one: RecordDto, other: RecordDto, show: Show): SideBySide[] {
  const shown = (field: FieldDto, record: RecordDto): string => show(field, record.fields[field.id], record.titles);
  return kind.fields
    .filter((field) => !isEmpty(one.fields[field.id]) || !isEmpty(other.fields[field.id]))
    .map((field) => {
      const both = !isEmpty(one.fields[field.id]) && !isEmpty(other.fields[field.id]);
      const differs = both && JSON.stringify(one.fields[field.id]) !== JSON.stringify(other.fields[field.id]);
      return { field, one: shown(field, one), other: shown(field, other), differs };
    });
}

/** What was loaded, once it is the one that was chosen: a `Load` keeps the former until the next one came. */
export function ofChosen(chosen: string, loaded: RecordDto | null): RecordDto | null {
  return chosen !== "" && loaded?.id === chosen ? loaded : null;
}
