// A figure by branch, by hamlet or by one of its dimensions: the parts, and whether they add up to the whole.
import type { FigureDto, FigureParts, FiguresByPlaceRes, IndicatorDto, PlaceFiguresDto } from "../../api/generated";
import { catalogue } from "../../state/catalogue.svelte";
import { compareVi } from "../../text/fold";
import { say, t } from "../../words/words.svelte";
import { partLabel } from "./figure";

export const PLACES = ["branch", "hamlet"] as const;
export type PlaceField = (typeof PLACES)[number];

export const isPlace = (field: string | null): field is PlaceField => PLACES.some((one) => one === field);

export interface Part {
  key: string;
  label: string;
  value: number | null;
  before: number | null;
  /** Numerator and denominator, or women and men. */
  of: FigureParts | null;
  /** A place that nothing was recorded of in the period. */
  silent: boolean;
}

/** How parts stand to the whole. */
export interface Together {
  sum: number;
  how: "same" | "twice" | "ratio" | "rounded";
}

// The most first; what is not known is no place in the order.
function inOrder(parts: Part[]): Part[] {
  const size = (part: Part) => part.value ?? -Infinity;
  return parts.sort((a, b) => Number(a.key === "") - Number(b.key === "") || size(b) - size(a) || compareVi(a.label, b.label));
}

/** By the codes of a dimension, without those that neither this period nor the one before has. */
export function dimensionParts(indicator: IndicatorDto, field: string, now: FigureDto, before: FigureDto | undefined): Part[] {
  const list = indicator.by.find((one) => one.field === field)?.list ?? null;
  const [values, were] = [now.by[field] ?? {}, before?.by[field] ?? {}];
  const codes = [...new Set([...Object.keys(values), ...Object.keys(were)])].filter((code) => values[code] || were[code]);
  const part = (code: string): Part => ({ key: code, label: partLabel(list, code), value: values[code] ?? 0, before: before ? (were[code] ?? 0) : null, of: null, silent: false });
  return inOrder(codes.map(part));
}

export const placeLabel = (field: PlaceField, place: { value: string; label: string }): string => (place.value === "" ? (t().parts.noPlace[field] ?? "") : place.label);

/** Without the word that all of them begin with: the heading has it. */
export function shortPlace(field: PlaceField, place: { value: string; label: string }): string {
  const kind = catalogue.kind(field);
  const prefix = kind ? `${say(kind.label).toLowerCase()} ` : "";
  const label = placeLabel(field, place);
  const isLong = prefix !== "" && label.toLowerCase().startsWith(prefix) && label.length > prefix.length;
  return isLong ? label.slice(prefix.length) : label;
}

export const figureOf = (list: readonly FigureDto[], code: string): FigureDto | undefined => list.find((one) => one.indicator === code);

/** True when branches and hamlets have a figure of their own. */
export const countsAtPlaces = (res: FiguresByPlaceRes, code: string): boolean => res.places.some((place) => figureOf(place.figures, code) !== undefined);

/** By place; those without anything stay, for that is what is looked for. */
export function placeParts(res: FiguresByPlaceRes, field: PlaceField, code: string): Part[] {
  const hasBefore = res.whole.before.length > 0;
  const part = (place: PlaceFiguresDto): Part => {
    const [now, before] = [figureOf(place.figures, code), figureOf(place.before, code)];
    return {
      key: place.value,
      label: placeLabel(field, place),
      value: now?.value ?? null,
      before: hasBefore ? (before?.value ?? null) : null,
      of: now?.parts ?? null,
      silent: place.n_records === 0 && !now?.value,
    };
  };
  const parts = res.places.map(part);
  return inOrder(parts.filter((one) => one.key !== "" || one.value || one.before));
}

/** Whether the parts add up, and if they do not, why. */
export function together(parts: readonly Part[], whole: number | null, measure: string): Together {
  const sum = parts.reduce((sum, part) => sum + (part.value ?? 0), 0);
  if (measure === "ratio") return { sum, how: "ratio" };
  if (Math.abs(sum - (whole ?? 0)) < 1e-6) return { sum, how: "same" };
  return { sum, how: measure === "distinct" && sum > (whole ?? 0) ? "twice" : "rounded" };
}

/** The indicator whose records are behind a number; none for what counts units. */
export function recordsOf(code: string): string | null {
  const indicator = catalogue.indicator(code);
  if (!indicator) return null;
  if (indicator.kind !== null) return code;
  const [only, ...others] = indicator.of ?? [];
  return only !== undefined && others.length === 0 ? recordsOf(only) : null;
}

/** Places that nothing was recorded of in the period, by their names. */
export const silentPlaces = (res: FiguresByPlaceRes): PlaceFiguresDto[] => res.places.filter((place) => place.value !== "" && place.n_records === 0);

export function silentText(res: FiguresByPlaceRes, field: PlaceField, write: (n: number) => string): string {
  const n_all = res.places.filter((place) => place.value !== "").length;
  const silent = silentPlaces(res);
  if (n_all === 0) return "";
  if (silent.length === 0) return t().parts.everyPlace[field]?.(write(n_all)) ?? "";
  const names = silent.map((place) => shortPlace(field, place)).join(", ");
  return t().parts.silentOf[field]?.(write(silent.length), write(n_all), names) ?? "";
}

export const splitLabel = (field: string, indicator: IndicatorDto): string => {
  if (isPlace(field)) return t().parts.placeOf[field] ?? field;
  const dimension = indicator.by.find((one) => one.field === field);
  return dimension ? say(dimension.label) : field;
};
