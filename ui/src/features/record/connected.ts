// A class through the years, out of the days on which records said it.
import type { StateDto } from "../../api/generated";

export interface YearState {
  year: number;
  code: string;
  record: string;
}

/** Of each year what was said last; oldest year first. */
export function byYear(states: readonly StateDto[]): YearState[] {
  const years = new Map<number, YearState>();
  for (const { day, code, record } of states) {
    const year = Number(day.slice(0, 4));
    years.set(year, { year, code, record });
  }
  return [...years.values()].sort((a, b) => a.year - b.year);
}
