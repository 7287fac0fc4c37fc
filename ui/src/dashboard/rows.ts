// The table of communes: filtered, sorted, and the bars of one indicator.
import type { FigureDto } from "../api/generated";
import { compareVi, matching } from "../text/fold";
import type { Missing, UnitFigures } from "./hub";

export interface Sort {
  /** Indicator code, or `name`. */
  by: string;
  down: boolean;
}

export function figureOf(figures: readonly FigureDto[], code: string): FigureDto | undefined {
  return figures.find((figure) => figure.indicator === code);
}

/** The name without the word for its level, which order and search go by. */
export function bareName(name: string): string {
  return name.replace(/^(xã|phường|thị trấn|đặc khu)\s+/iu, "");
}

/** Units whose name or parent answers the filter, in the chosen order; units without a value come last. */
export function sortedUnits(units: readonly UnitFigures[], filter: string, sort: Sort): UnitFigures[] {
  const found = matching(units, filter, (unit) => [bareName(unit.name), `${unit.name} ${unit.parent}`]);
  const byName = (a: UnitFigures, b: UnitFigures) => compareVi(bareName(a.name), bareName(b.name));
  const sign = sort.down ? -1 : 1;
  if (sort.by === "name") return found.sort((a, b) => sign * byName(a, b));
  const value = (unit: UnitFigures) => figureOf(unit.figures, sort.by)?.value ?? null;
  return found.sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null) || byName(a, b);
    return sign * (left - right) || byName(a, b);
  });
}

/** Units under their parents, both in the order of the alphabet. */
export function byParent<T extends { parent: string; name: string }>(units: readonly T[]): { parent: string; units: T[] }[] {
  const parents = [...new Set(units.map((unit) => unit.parent))].sort(compareVi);
  return parents.map((parent) => ({ parent, units: units.filter((unit) => unit.parent === parent) }));
}

const DAY_MS = 86_400_000;

export function daysSince(at_ms: number, now_ms: number): number {
  return Math.max(0, Math.floor((now_ms - at_ms) / DAY_MS));
}

/** What is missing of each unit, by what happened to it. */
export function byCode(problems: readonly Missing[]): { code: string; units: { key: string; name: string; n_changes: number }[] }[] {
  const codes = [...new Set(problems.map((problem) => problem.code))];
  return codes.map((code) => {
    const units = new Map<string, { key: string; name: string; n_changes: number }>();
    for (const { unit, n_changes } of problems.filter((problem) => problem.code === code)) {
      const key = `${unit.code}/${unit.valid_from}`;
      units.set(key, { key, name: unit.name, n_changes: n_changes + (units.get(key)?.n_changes ?? 0) });
    }
    return { code, units: [...units.values()] };
  });
}
