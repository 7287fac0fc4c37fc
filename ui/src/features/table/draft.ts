// A table that is not saved yet is one draft of its kind, told from a form's by names that no field has.
import type { DraftDto, FieldValue } from "../../api/generated";
import { isEmpty, isLines, type Values } from "../record/values";
import type { LeftOut } from "./rows";

export const ROWS = "#rows";
export const COLUMNS = "#columns";
/** Pasted columns that are no columns of it yet. */
export const LEFT = "#left";
/** Only a checklist has a place. */
export const PLACE = "#place";

export const isChecklistDraft = (draft: DraftDto): boolean => PLACE in draft.fields;
export const isTableDraft = (draft: DraftDto): boolean => ROWS in draft.fields && !isChecklistDraft(draft);
/** Neither a table nor a checklist. */
export const isFormDraft = (draft: DraftDto): boolean => !(ROWS in draft.fields);

/** As it is kept: a draft has no place for lists of lists. */
export const keptLeft = (left: readonly LeftOut[]): Values => (left.length === 0 ? {} : { [LEFT]: JSON.stringify(left) });

export const readLeft = (kept: FieldValue | undefined): LeftOut[] => (typeof kept === "string" ? (JSON.parse(kept) as LeftOut[]) : []);

export function draftRows(draft: DraftDto): number {
  const rows = draft.fields[ROWS];
  return isLines(rows) ? rows.filter((line) => !isEmpty([line])).length : 0;
}
