import type {
  CalendarDto,
  CatalogueRes,
  CriteriaSetDto,
  FieldDto,
  IndicatorDto,
  KindDto,
  ListDto,
  ListItemDto,
} from "../api/generated";
import { say } from "../words/words.svelte";

/** What the catalogue's readers need, from the register's answer or the hub's. */
export interface CatalogueParts {
  version: number;
  digest: string;
  kinds?: KindDto[];
  lists: ListDto[];
  indicators: IndicatorDto[];
  calendars: CalendarDto[];
  criteria_sets?: CriteriaSetDto[];
}

export interface KindGroup {
  code: string;
  item: ListItemDto | undefined;
  kinds: KindDto[];
}

function groupsOf(kinds: KindDto[], list: ListDto | undefined): KindGroup[] {
  const codes = [...new Set([...(list?.items ?? []).map((item) => item.code), ...kinds.map((kind) => kind.group)])];
  return codes
    .map((code) => ({
      code,
      item: list?.items.find((item) => item.code === code),
      kinds: kinds.filter((kind) => kind.group === code),
    }))
    .filter((group) => group.kinds.length > 0);
}

class Catalogue {
  parts = $state.raw<CatalogueParts | null>(null);
  #kinds = new Map<string, KindDto>();
  #lists = new Map<string, ListDto>();
  #items = new Map<string, ListItemDto>();
  #indicators = new Map<string, IndicatorDto>();
  groups = $state.raw<KindGroup[]>([]);

  take(parts: CatalogueParts | CatalogueRes): void {
    const kinds = parts.kinds ?? [];
    this.#kinds = new Map(kinds.map((kind) => [kind.id, kind]));
    this.#lists = new Map(parts.lists.map((list) => [list.id, list]));
    this.#items = new Map(parts.lists.flatMap((list) => list.items.map((item) => [`${list.id}/${item.code}`, item])));
    this.#indicators = new Map(parts.indicators.map((indicator) => [indicator.code, indicator]));
    this.groups = groupsOf(kinds, this.#lists.get("kind_group"));
    this.parts = parts;
  }

  kind(id: string): KindDto | undefined {
    return this.parts ? this.#kinds.get(id) : undefined;
  }

  field(kind: KindDto, id: string): FieldDto | undefined {
    return kind.fields.find((field) => field.id === id);
  }

  items(list: string | null): readonly ListItemDto[] {
    return (this.parts && list !== null ? this.#lists.get(list)?.items : undefined) ?? [];
  }

  indicator(code: string): IndicatorDto | undefined {
    return this.parts ? this.#indicators.get(code) : undefined;
  }

  /** Label of a code in a list; the code itself when the list does not know it. */
  label(list: string | null, code: string): string {
    const item = this.parts ? this.#items.get(`${list}/${code}`) : undefined;
    return item ? say(item.label) : code;
  }

  unitLabel(code: string | null): string {
    return code === null ? "" : this.label("unit_of_measure", code);
  }

  calendarLabel(id: string): string {
    const calendar = this.parts?.calendars.find((one) => one.id === id);
    return calendar ? say(calendar.label) : id;
  }
}

export const catalogue = new Catalogue();
