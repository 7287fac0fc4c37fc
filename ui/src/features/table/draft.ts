// A table that is not saved yet is one draft of its kind, told from a form's by names that no field has.
import type { DraftDto } from "../../api/generated";
import { isEmpty, isLines } from "../record/values";

export const ROWS = "#rows";
export const COLUMNS = "#columns";
/** Only a checklist has a place. */
export const PLACE = "#place";

export const isChecklistDraft = (draft: DraftDto): boolean => PLACE in draft.fields;
export const isTableDraft = (draft: DraftDto): boolean => ROWS in draft.fields && !isChecklistDraft(draft);
/** Neither a table nor a checklist. */
export const isFormDraft = (draft: DraftDto): boolean => !(ROWS in draft.fields);

export function draftRows(draft: DraftDto): number {
  const rows = draft.fields[ROWS];
  return isLines(rows) ? rows.filter((line) => !isEmpty([line])).length : 0;
}
