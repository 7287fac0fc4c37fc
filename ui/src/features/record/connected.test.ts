import { expect, test } from "vitest";
import { byYear } from "./connected";

test("of each year the last class counts, the oldest year first", () => {
  const states = [
    { day: "2024-12-01", code: "poor", record: "a" },
    { day: "2025-02-01", code: "poor", record: "b" },
    { day: "2025-12-10", code: "near_poor", record: "c" },
  ];
  expect(byYear(states).map(({ year, code }) => `${year} ${code}`)).toEqual(["2024 poor", "2025 near_poor"]);
});
