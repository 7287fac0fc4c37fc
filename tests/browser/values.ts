// A valid value for every field of a kind, made of what the catalogue says of it, and how the window shows each.
import type { CatalogueRes, FieldDto, FieldValue, KindDto, RecordCheckRes } from "../../ui/src/api/generated";
import type { Host } from "./host.ts";

export type Values = Record<string, FieldValue>;
type Line = Record<string, string | number | boolean | null>;

const TEXT = "Hồ Thị Đượm, thôn A Hươr – chị em giúp nhau";
const LONG = `${TEXT}\nquỹ “tiết kiệm”: 5 người, ước được nhân rộng`;
const N_LINES = 2;
/** Rounds of mending after which a kind is given up. */
const MOST_ROUNDS = 12;

export const isLines = (value: FieldValue | undefined): value is Line[] => Array.isArray(value) && value.some((one) => typeof one === "object");

/** The words and records that values refer to. */
export class Words {
  /** Titles of records by id. */
  readonly titles = new Map<string, string>();

  constructor(readonly catalogue: CatalogueRes) {}

  kind(id: string): KindDto {
    const kind = this.catalogue.kinds.find((one) => one.id === id);
    if (!kind) throw new Error(`there is no kind ${id}`);
    return kind;
  }

  items(list: string | null): { code: string; label: string }[] {
    return (this.catalogue.lists.find((one) => one.id === list)?.items ?? []).map(({ code, label }) => ({ code, label: label.vi }));
  }

  label(list: string | null, code: string): string {
    return this.items(list).find((item) => item.code === code)?.label ?? code;
  }

  /** As the record page has it, in Vietnamese. */
  shown(field: FieldDto, value: FieldValue): string {
    if (typeof value === "boolean") return value ? "Có" : "Không";
    if (typeof value === "number") {
      if (field.type === "year") return String(value);
      const unit = field.type === "money" ? "đồng" : this.label("unit_of_measure", field.unit ?? "");
      return [number(value), unit].filter(Boolean).join(" ");
    }
    if (field.type === "codes" && Array.isArray(value)) return value.map((code) => this.label(field.list, String(code))).join(", ");
    const text = String(value);
    if (field.type === "date") return day(text);
    if (field.type === "ref") return this.titles.get(text) ?? text;
    return field.type === "code" ? this.label(field.list, text) : text.normalize("NFC");
  }

  /** As a control has it, and as an officer types it. */
  typed(field: FieldDto, value: FieldValue): string {
    return typeof value === "number" && field.type !== "year" ? number(value) : this.shown(field, value);
  }
}

function number(value: number): string {
  const [whole = "", decimals] = String(value).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ".");
  return decimals === undefined ? grouped : `${grouped},${decimals}`;
}

const day = (iso: string) => iso.split("-").reverse().join("/");

/** Makes records with every field filled. */
export class Filler {
  #ids = new Map<string, string>();

  private constructor(
    readonly host: Host,
    readonly words: Words,
    readonly today: string,
  ) {}

  static async at(host: Host): Promise<Filler> {
    const [catalogue, app] = await Promise.all([host.call("catalogue_get", {}), host.call("app_state", {})]);
    return new Filler(host, new Words(catalogue), app.today);
  }

  /** A valid value of every field but photos; hidden fields are those that no values could bring up. */
  async values(kind: KindDto): Promise<{ values: Values; hidden: string[] }> {
    let values: Values = {};
    for (const field of kind.fields) {
      const [first] = await this.#candidates(field, values);
      if (first !== undefined) values[field.id] = first;
    }
    let check = await this.#check(kind, values);
    for (let round = 0; round < MOST_ROUNDS && faults(check) > 0; round++) {
      const better = await this.#better(kind, values, check);
      if (!better) break;
      ({ values, check } = better);
    }
    const errors = check.issues.filter((issue) => issue.level === "error");
    if (errors.length > 0) throw new Error(`${kind.id}: no valid values were found: ${JSON.stringify(errors)} in ${JSON.stringify(values)}`);
    return { values, hidden: check.hidden };
  }

  /** One record of a kind, the same each time it is asked for. */
  async record(kind: string): Promise<string> {
    const made = this.#ids.get(kind);
    if (made !== undefined) return made;
    const { values, hidden } = await this.values(this.words.kind(kind));
    const fields = Object.fromEntries(Object.entries(values).filter(([id]) => !hidden.includes(id)));
    const { id } = await this.host.call("record_save", { id: null, kind, fields, base: null, draft_id: null });
    this.#ids.set(kind, id);
    this.words.titles.set(id, (await this.host.call("record_get", { id })).title);
    return id;
  }

  #check(kind: KindDto, fields: Values): Promise<RecordCheckRes> {
    return this.host.call("record_check", { kind: kind.id, fields, id: null });
  }

  // One field is changed at a time, those first that the errors name.
  async #better(kind: KindDto, values: Values, check: RecordCheckRes): Promise<{ values: Values; check: RecordCheckRes } | null> {
    const named = new Set(check.issues.filter((issue) => issue.level === "error").map((issue) => issue.field?.split(".")[0]));
    const codes = (field: FieldDto) => field.type === "code" && !check.hidden.includes(field.id);
    const fields = [...kind.fields.filter((field) => named.has(field.id)), ...kind.fields.filter(codes)];
    let best: { values: Values; check: RecordCheckRes } | null = null;
    for (const field of fields) {
      for (const candidate of await this.#candidates(field, values)) {
        const next = { ...values, [field.id]: candidate };
        const said = await this.#check(kind, next);
        if (faults(said) >= faults(best?.check ?? check)) continue;
        best = { values: next, check: said };
        if (faults(said) === 0) return best;
      }
    }
    return best;
  }

  async #candidates(field: FieldDto, values: Values): Promise<FieldValue[]> {
    switch (field.type) {
      case "lines":
        return [this.#lines(field, values)];
      case "ref":
        return field.ref_kind === null ? [] : [await this.record(field.ref_kind)];
      case "codes":
        // The register keeps them in this order.
        return [this.words.items(field.list).slice(0, 2).map((item) => item.code).sort()];
      case "photos":
        return [];
      default:
        return this.#single(field, 0);
    }
  }

  #single(field: FieldDto, row: number): (string | number | boolean)[] {
    const within = (...numbers: number[]) => numbers.filter((one) => (field.min ?? -Infinity) <= one && one <= (field.max ?? Infinity));
    switch (field.type) {
      case "text":
        return [TEXT.slice(0, field.max_len ?? undefined).trim(), "0905123456"];
      case "long_text":
        return [LONG.slice(0, field.max_len ?? undefined).trim()];
      case "integer":
        return within(8, 1, 0, 40);
      case "decimal":
        return within(12.5, 1);
      case "money":
        return within(12_500_000, 0);
      case "year":
        return within(Number(this.today.slice(0, 4)), 1988);
      case "date":
        return [this.today, "2026-02-05", "1988-03-08"];
      case "bool":
        return [row % 2 === 0, row % 2 === 1];
      default: {
        const items = this.#codes(field);
        return [...items.slice(row), ...items.slice(0, row)];
      }
    }
  }

  /** Of the sets of criteria only those that are in force today. */
  #codes(field: FieldDto): string[] {
    const codes = this.words.items(field.list).map((item) => item.code);
    if (field.list !== "criteria_set") return codes;
    const sets = this.words.catalogue.criteria_sets.filter((one) => one.valid_from <= this.today && this.today <= (one.valid_to ?? this.today));
    return codes.filter((code) => sets.some((one) => one.id === code));
  }

  /** Lines whose codes differ; of a set of criteria there is a line for each. */
  #lines(field: FieldDto, values: Values): Line[] {
    const criterion = field.columns.find((column) => column.list === "criterion");
    const set = this.words.catalogue.criteria_sets.find((one) => Object.values(values).includes(one.id));
    const rows = criterion && set ? set.criteria : Array.from({ length: N_LINES }, () => null);
    return rows.map((code, row) => {
      const cell = (column: FieldDto) => (column === criterion && code !== null ? code : (this.#single(column, row)[0] ?? null));
      return Object.fromEntries(field.columns.map((column) => [column.id, cell(column)]));
    });
  }
}

const faults = (check: RecordCheckRes) => 100 * check.issues.filter((issue) => issue.level === "error").length + check.hidden.length;
