/** The parts of a period's label: `2018`, `2018-H1`, `2018-Q4`, `2018-11`. */
export interface PeriodParts {
  year: number;
  kind: "year" | "half" | "quarter" | "month";
  part: number;
}

export function periodParts(label: string): PeriodParts | null {
  const match = /^(\d{4})(?:-(H|Q)?(\d{1,2}))?$/.exec(label);
  if (!match) return null;
  const kind = match[3] === undefined ? "year" : match[2] === "H" ? "half" : match[2] === "Q" ? "quarter" : "month";
  return { year: Number(match[1]), kind, part: Number(match[3] ?? 0) };
}
