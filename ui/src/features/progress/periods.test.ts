import { expect, test } from "vitest";
import type { PeriodDto } from "../../api/generated";
import { nearYears, openingPeriod, periodsByYear } from "./periods";

const period = (label: string, kind: string, first: string): PeriodDto => ({ label, kind, first, last: "", due: "" });
const periods = [
  period("2025", "year", "2024-12-15"),
  period("2026-02", "month", "2026-01-15"),
  period("2026", "year", "2025-12-15"),
  period("2026-H1", "half", "2025-12-15"),
  period("2026-01", "month", "2025-12-15"),
  period("2027", "year", "2026-12-15"),
];

test("periods stand by year, the newest first, and none that is still to come", () => {
  const years = periodsByYear(periods, "2026-11-24");
  expect(years.map((year) => year.year)).toEqual([2026, 2025]);
  expect(years[0]?.periods.map((one) => one.label)).toEqual(["2026", "2026-H1", "2026-01", "2026-02"]);
});

test("before she chooses, the newest year stands there and that of the chosen period", () => {
  const years = periodsByYear([...periods, period("2024", "year", "2023-12-15")], "2026-11-24");
  const near = (chosen: string | null) => nearYears(years, chosen).map((year) => year.year);
  expect(near(null)).toEqual([2026]);
  expect(near("2026-01")).toEqual([2026]);
  expect(near("2024")).toEqual([2026, 2024]);
});

test("a page opens with the current year, or the last begun where a calendar has a gap", () => {
  expect(openingPeriod({ periods, current: { year: "2025" } }, "2026-11-24")).toBe("2025");
  expect(openingPeriod({ periods, current: {} }, "2026-11-24")).toBe("2026");
  expect(openingPeriod(null, "2026-11-24")).toBeNull();
});
