// What a stored record held when its form was opened: only what she changed is saved, over what she has seen.
import type { KindDto } from "../../api/generated";
import { savedValues, type Values } from "./values";

/** Where a draft keeps it, as the table keeps its rows. */
const KEY = "#base";

export interface Edited {
  values: Values;
  base: Values;
}

const pick = (of: Values, ids: readonly string[]): Values => Object.fromEntries(ids.map((id) => [id, of[id] ?? null]));

/** The fields that hold something else than they did. */
export function changedFields(kind: KindDto, { values, base }: Edited, hidden: readonly string[] = []): string[] {
  const [now, then] = [savedValues(kind, values, hidden, true), savedValues(kind, base, [], true)];
  return kind.fields.map((field) => field.id).filter((id) => JSON.stringify(now[id]) !== JSON.stringify(then[id]));
}

/** Her changes over what the record holds by now. */
export function onto(kind: KindDto, edited: Edited, fields: Values): Edited {
  const ids = changedFields(kind, edited);
  return { values: { ...fields, ...pick(edited.values, ids) }, base: { ...fields, ...pick(edited.base, ids) } };
}

/** What is sent: her changes, and what the same fields held before. */
export function patchOf(kind: KindDto, edited: Edited, hidden: readonly string[]): { fields: Values; base: Values } {
  const ids = changedFields(kind, edited, hidden);
  return { fields: pick(savedValues(kind, edited.values, hidden, true), ids), base: pick(edited.base, ids) };
}

export const draftOf = ({ values, base }: Edited): Values => ({ ...values, [KEY]: JSON.stringify(base) });

/** A draft that says nothing of it is of an older program: then it is what the record holds now. */
export function fromDraft(kind: KindDto, draft: Values, fields: Values): Edited {
  const { [KEY]: kept, ...values } = draft;
  if (typeof kept !== "string") return { values, base: fields };
  return onto(kind, { values, base: JSON.parse(kept) as Values }, fields);
}
