// The rows of a calendar: facts of a catalogue and a day, and so asked for once and not by each page.
import type { PeriodListRes } from "../api/generated";
import { catalogue } from "./catalogue.svelte";
import { ask, session } from "./session.svelte";

let of = "";
const kept = new Map<string, PeriodListRes>();

/** The periods of a calendar; at once when they are known. */
export function periodList(calendar: string): PeriodListRes | Promise<PeriodListRes> {
  const now = `${catalogue.parts?.digest} ${session.today}`;
  if (now !== of) {
    of = now;
    kept.clear();
  }
  return kept.get(calendar) ?? asked(calendar, now);
}

async function asked(calendar: string, now: string): Promise<PeriodListRes> {
  const periods = await ask("period_list", { calendar });
  if (now === of) kept.set(calendar, periods);
  return periods;
}
