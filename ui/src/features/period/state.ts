// How far a period has come, in words and in order.
import type { PeriodClosedDto, PeriodStateDto } from "../../api/generated";
import { address } from "../../state/router.svelte";
import { writeNumber } from "../../text/number";
import { t } from "../../words/words.svelte";

export type Tone = "quiet" | "warning" | "good" | "bad";

/** Signed and sent, but records changed since: that is what she has to know first. */
export function isAmended(state: PeriodStateDto): boolean {
  return state.state !== "draft" && state.n_changed > 0;
}

export function stateText(state: PeriodStateDto): string {
  return isAmended(state) && state.state !== "returned" ? t().closing.amended(writeNumber(state.n_changed)) : t().closing.state[state.state];
}

export function toneOf(state: PeriodStateDto): Tone {
  if (state.state === "returned") return "bad";
  if (isAmended(state) || state.state === "submitted") return "warning";
  if (state.state === "accepted" || state.state === "received") return "good";
  return state.days_left < 0 && state.days_left >= -TOLD_DAYS ? "warning" : "quiet";
}

/** What was never closed and has long been over, as before there was a register, is nothing to warn of. */
const TOLD_DAYS = 45;

/** How long there is still; nothing to say of what is signed. */
export function leftText(state: PeriodStateDto): string {
  if (state.state !== "draft" && state.state !== "returned") return "";
  const days = state.days_left;
  if (days < -TOLD_DAYS) return "";
  if (days === 0) return t().closing.dueToday;
  return days > 0 ? t().closing.left(writeNumber(days)) : t().closing.over(writeNumber(-days));
}

export type Next = "sign" | "amend" | "send" | "none";

/** What there is to do with a period now. */
export function nextOf(state: PeriodStateDto): Next {
  if (state.state === "draft") return "sign";
  if (state.state === "returned" || isAmended(state)) return "amend";
  return state.state === "submitted" ? "send" : "none";
}

export function periodAddress(state: { calendar: string; period: string }): string {
  return address("period", state.period, { calendar: state.calendar });
}

/** Submitted periods that a day lies in; a record of that day will be an amendment to each. */
export function closedOn(day: unknown, closed: readonly PeriodClosedDto[]): PeriodClosedDto[] {
  if (typeof day !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return [];
  return closed.filter((one) => one.first <= day && day <= one.last);
}
