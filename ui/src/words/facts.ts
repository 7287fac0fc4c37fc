// The numbers in a failure's facts as they are read; they come as text.
import { writeNumber } from "../text/number";
import type { Params } from "./codes";

/** With dots between thousands; what is no number stays, and what is missing is left open. */
export function n(value: string | number | undefined): string {
  if (value === undefined) return "…";
  return /^-?\d+(\.\d+)?$/.test(String(value)) ? writeNumber(Number(value), 4) : String(value);
}

/** Least and most of a field; a year has no dot. */
export function bounds({ min, max, type }: Params): (string | undefined)[] {
  return [min, max].map((one) => (one === undefined ? undefined : type === "year" ? String(one) : n(one)));
}
