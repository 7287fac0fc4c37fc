// What is written down about a record: an event of a member, help for a household. The address of the form says about
// which one.
import type { FieldDto, KindDto, RecordDto } from "../../api/generated";
import type { Route } from "../../state/router.svelte";
import { isEmpty, type Values } from "./values";

/** Of what is written at a place its field says so, and nearly everything is. */
const PLACE = "branch";

export interface About {
  kind: KindDto;
  field: FieldDto;
}

/** Kinds that can be written down about records of a kind, by the field that names the record. */
export function aboutOf(kind: KindDto, kinds: readonly KindDto[]): About[] {
  return kinds.flatMap((one) => {
    const field = one.fields.find((field) => field.type === "ref" && field.id !== PLACE && field.ref_kind === kind.id);
    return field ? [{ kind: one, field }] : [];
  });
}

/** What the address of a new form about a record says. */
export function aboutQuery({ kind, field }: About, record: RecordDto): Record<string, string | null> {
  const place = record.fields[PLACE];
  const hasPlace = kind.fields.some((one) => one.id === PLACE) && typeof place === "string";
  return { [field.id]: record.id, [PLACE]: hasPlace ? place : null };
}

/** What a new form begins with by its address. */
export function begunBy(kind: KindDto, { query }: Route): Values {
  const named = kind.fields.filter((field) => field.type === "ref" && query.has(field.id));
  return Object.fromEntries(named.map((field) => [field.id, query.get(field.id)]));
}

/** Whether a draft of a kind may be gone on with in a form that begins so: it is about the same record. */
export function isAbout(values: { [key in string]?: unknown }, begun: Values): boolean {
  return Object.entries(begun).every(([id, value]) => id === PLACE || isEmpty(value) || values[id] === value);
}
