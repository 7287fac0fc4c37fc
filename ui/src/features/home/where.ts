// Where a draft is gone on with: its form, its table, or its sitting.
import type { DraftDto } from "../../api/generated";
import { address } from "../../state/router.svelte";
import { isTableDraft, PLACE } from "../table/draft";

export function whereOf(draft: DraftDto): string {
  const place = draft.fields[PLACE];
  if (typeof place === "string") return address("checklist", draft.kind, { place });
  if (isTableDraft(draft)) return address("table", draft.kind);
  return draft.record_id === null ? address("new", draft.kind, { draft: draft.id }) : address("edit", draft.record_id);
}
