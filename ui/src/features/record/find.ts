// Records of a kind by what was typed, as choices of a combobox.
import type { RecordRowDto } from "../../api/generated";
import type { Choice } from "../../components/control";
import { catalogue } from "../../state/catalogue.svelte";
import { ask } from "../../state/session.svelte";
import { showValue } from "./show";

/** Many share a name: the first two columns beside it tell them apart. */
export function detailOf(row: RecordRowDto, titles: { [key in string]?: string }): string {
  const kind = catalogue.kind(row.kind);
  const ids = (kind?.columns ?? []).filter((id) => !kind?.title.includes(id)).slice(0, 2);
  const fields = ids.flatMap((id) => kind?.fields.find((field) => field.id === id) ?? []);
  return fields
    .map((field) => showValue(field, row.columns[field.id], titles))
    .filter(Boolean)
    .join(" · ");
}

/** Best first, at most 20, without the record `except`. */
export async function findRecords(kind: string, text: string, except?: string): Promise<Choice[]> {
  const none = { period: null, calendar: null, indicator: null };
  const res = await ask("record_list", { kind, search: text.trim() || null, ...none, offset: 0, limit: 20 });
  return res.rows.filter((row) => row.id !== except).map((row) => ({ key: row.id, label: row.title || row.short, detail: detailOf(row, res.titles) }));
}
