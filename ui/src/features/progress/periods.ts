import type { PeriodDto, PeriodListRes } from "../../api/generated";
import { periodParts } from "../../text/period";

export interface YearOfPeriods {
  year: number;
  periods: PeriodDto[];
}

const order = ["year", "half", "quarter", "month"];

/** Periods begun by a day, newest year first; within one the year, its halves, quarters and months. */
export function periodsByYear(periods: readonly PeriodDto[], today: string): YearOfPeriods[] {
  const years = new Map<number, PeriodDto[]>();
  for (const period of periods) {
    const year = periodParts(period.label)?.year;
    if (year === undefined || period.first > today) continue;
    years.set(year, [...(years.get(year) ?? []), period]);
  }
  return [...years]
    .map(([year, of]) => ({ year, periods: of.toSorted(byKindThenDay) }))
    .sort((a, b) => b.year - a.year);
}

/** Of all years the newest and that of the chosen period: what a select needs before it is opened. */
export function nearYears(years: readonly YearOfPeriods[], chosen: string | null): YearOfPeriods[] {
  const year = chosen === null ? undefined : periodParts(chosen)?.year;
  return years.filter((one, at) => at === 0 || one.year === year);
}

function byKindThenDay(a: PeriodDto, b: PeriodDto): number {
  return order.indexOf(a.kind) - order.indexOf(b.kind) || a.first.localeCompare(b.first);
}

/** The period a page opens with: the year that today lies in, else the last one begun. */
export function openingPeriod(res: PeriodListRes | null, today: string): string | null {
  if (res === null) return null;
  if (res.current.year !== undefined) return res.current.year;
  const begun = res.periods.filter((period) => period.kind === "year" && period.first <= today);
  return begun.sort((a, b) => b.first.localeCompare(a.first))[0]?.label ?? null;
}
