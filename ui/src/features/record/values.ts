// Values of a form, between the controls and the register.
import type { FieldDto, FieldValue, KindDto } from "../../api/generated";
import { normal } from "../../text/fold";

export type Values = Record<string, FieldValue>;
export type Line = Record<string, string | number | boolean | null>;

export function isLines(value: FieldValue | undefined): value is Line[] {
  return Array.isArray(value) && value.every((item) => typeof item === "object" && item !== null);
}

/** How many decimals a field keeps. */
export const decimalsOf = (field: FieldDto): number => (field.type === "decimal" ? field.scale || 2 : 0);

export function isEmpty(value: FieldValue | undefined): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return value.trim() === "";
  if (isLines(value)) return value.every((line) => Object.values(line).every((cell) => isEmpty(cell)));
  return Array.isArray(value) && value.length === 0;
}

/** What a new record starts with: the catalogue's defaults, today, and the branch used last. */
export function startingValues(kind: KindDto, today: string, branch: string | null): Values {
  const values: Values = {};
  for (const field of kind.fields) {
    if (!isEmpty(field.default)) values[field.id] = field.default;
    else if (field.id === kind.date_field && field.type === "date") values[field.id] = today;
    else if (field.id === "branch" && field.type === "ref" && branch !== null) values[field.id] = branch;
  }
  return values;
}

function savedCell(field: FieldDto | undefined, value: FieldValue): FieldValue {
  if (typeof value !== "string") return value;
  const text = field?.type === "long_text" ? value.normalize("NFC").trimEnd() : normal(value);
  return text === "" ? null : text;
}

function savedLines(field: FieldDto, lines: Line[]): FieldValue {
  const kept = lines.filter((line) => !isEmpty([line]));
  if (kept.length === 0) return null;
  return kept.map((line) => {
    const cells = Object.entries(line).map(([id, cell]) => {
      const column = field.columns.find((one) => one.id === id);
      return [id, savedCell(column, cell)] as const;
    });
    return Object.fromEntries(cells.filter(([, cell]) => cell !== null)) as Line; // cells of a line are never lists
  });
}

/**
 * The values as they are sent to be checked or saved: composed text, no empty rows.
 *
 * A new record leaves empty fields out; an edit names them with null, because leaving out means unchanged.
 */
export function savedValues(kind: KindDto, values: Values, hidden: readonly string[], edit: boolean): Values {
  const saved: Values = {};
  for (const field of kind.fields) {
    const value = values[field.id] ?? null;
    const ready = hidden.includes(field.id) ? null : isLines(value) ? savedLines(field, value) : savedCell(field, value);
    if (!isEmpty(ready)) saved[field.id] = ready;
    else if (edit) saved[field.id] = null;
  }
  return saved;
}

/** What "save and next" keeps: the day and the branch, since records come in runs. */
export function nextValues(kind: KindDto, values: Values, today: string): Values {
  const next = startingValues(kind, today, null);
  for (const id of [kind.date_field, "branch"]) {
    if (!isEmpty(values[id])) next[id] = values[id] ?? null;
  }
  return next;
}
