// Records of a kind by what was typed, as choices of a combobox.
import type { Choice } from "../../components/control";
import { catalogue } from "../../state/catalogue.svelte";
import { ask } from "../../state/session.svelte";
import { showValue } from "./show";

/** Best first, at most 20, without the record `except`. */
export async function findRecords(kind: string, text: string, except?: string): Promise<Choice[]> {
  const target = catalogue.kind(kind);
  const none = { period: null, calendar: null, indicator: null };
  const res = await ask("record_list", { kind, search: text.trim() || null, ...none, offset: 0, limit: 20 });
  // Many share a name: the first two further columns tell them apart.
  const columns = (target?.columns ?? []).filter((id) => !target?.title.includes(id)).slice(0, 2);
  const fields = columns.map((id) => target?.fields.find((field) => field.id === id));
  return res.rows
    .filter((row) => row.id !== except)
    .map((row) => {
      const detail = fields.map((field) => (field ? showValue(field, row.columns[field.id], res.titles) : "")).filter(Boolean);
      return { key: row.id, label: row.title || row.short, detail: detail.join(" · ") };
    });
}
