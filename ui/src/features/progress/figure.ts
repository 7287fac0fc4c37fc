// Figures in words.
import type { FigureDto } from "../../api/generated";
import { catalogue } from "../../state/catalogue.svelte";
import { writeNumber } from "../../text/number";
import { t } from "../../words/words.svelte";

/** A value as printed, without its unit; a dash when there is none. */
export function valueText(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : writeNumber(value, 2);
}

/** `đạt 123,5 % (vượt 23,5 %)`: never the one without the other. */
export function percentText(percent: number): string {
  const reached = writeNumber(percent, 1);
  return percent > 100 ? t().progress.over(reached, writeNumber(percent - 100, 1)) : t().progress.reached(reached);
}

/** `đạt 123,5 % (vượt 23,5 %)` cut to what a column holds. */
export function percentShort(percent: number | null): string {
  return percent === null ? "" : `${writeNumber(percent, 1)} %`;
}

/** Change against the same period of the year before, signed. */
export function changeText(value: number | null, before: number | null | undefined): string {
  if (value === null || before === null || before === undefined) return "";
  const change = value - before;
  return change > 0 ? `+${writeNumber(change, 2)}` : writeNumber(change, 2);
}

/** What a code of a dimension is called. */
export function partLabel(list: string | null, code: string): string {
  if (code === "") return t().progress.notGiven;
  if (list !== null) return catalogue.label(list, code);
  // As facts write a yes/no field.
  if (code === "yes") return t().common.yes;
  return code === "no" ? t().common.no : code;
}

/** What is still missing to reach a target; none when nothing is, or there is no target. */
export function missing(figure: Pick<FigureDto, "value" | "target">): number | null {
  const { value, target } = figure;
  if (target === null || (value ?? 0) >= target) return null;
  // Sums of decimals have no digits that nobody wrote.
  return Math.round((target - (value ?? 0)) * 100) / 100;
}

/** Days from one day to another, both of them days of the period; 0 when it is over. */
export function daysLeft(today: string, last: string): number {
  const days = (Date.parse(last) - Date.parse(today)) / 86_400_000 + 1;
  return Math.max(0, days);
}
