// The rows of a calendar: facts of a catalogue and a day, and so asked for once and not by each page.
import type { PeriodListRes } from "../api/generated";
import type { Route } from "./router.svelte";
import { catalogue } from "./catalogue.svelte";
import { ask, session } from "./session.svelte";

/** The calendar of an address; the commune's own when it names none. */
export const calendarOf = (route: Route): string => route.query.get("calendar") ?? session.calendar;

let of = "";
const kept = new Map<string, PeriodListRes | Promise<PeriodListRes>>();

/** The periods of a calendar; at once when they are known. */
export function periodList(calendar: string): PeriodListRes | Promise<PeriodListRes> {
  const now = `${catalogue.parts?.digest} ${session.today}`;
  if (now !== of) {
    of = now;
    kept.clear();
  }
  return kept.get(calendar) ?? asked(calendar);
}

function asked(calendar: string): Promise<PeriodListRes> {
  const periods = ask("period_list", { calendar });
  kept.set(calendar, periods);
  const settle = (known: PeriodListRes | null) => {
    if (kept.get(calendar) !== periods) return;
    if (known) kept.set(calendar, known);
    else kept.delete(calendar);
  };
  // A failure is told by the page, and asked again by the next.
  periods.then(settle, () => settle(null));
  return periods;
}
