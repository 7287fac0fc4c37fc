import { expect, test } from "vitest";
import type { AgeDto } from "../../api/generated";
import { bands, bySeniority, readMarks, shelves, tallyOf, towersOf, writeMarks, yearsBetween } from "./books";

const [members] = shelves as [(typeof shelves)[0]];

test("a book opens with its own marks, and an address can say others or none", () => {
  expect(readMarks(null, members)).toEqual({ status: "active" });
  expect(readMarks("-", members)).not.toEqual({ status: "active" });
  const marks = { status: "left", party: "" };
  expect(readMarks(writeMarks(marks), members)).toEqual(marks);
});

test("counts go down, and what is not given comes last", () => {
  const book = { tallies: [{ field: "party", counts: { "": 90, official: 3, none: 7 } }] };
  expect(tallyOf(book, "party").map(({ code }) => code)).toEqual(["none", "official", ""]);
  expect(tallyOf(book, "other")).toEqual([]);
});

test("a band of ages that nobody is in stays in the picture", () => {
  const ages = [{ from: 20, n: 4, by: {} }, { from: 40, n: 1, by: {} }, { from: null, n: 2, by: {} }];
  expect(bands(ages).map(({ from, n }) => [from, n])).toEqual([[40, 1], [30, 0], [20, 4], [null, 2]]);
});

test("each sub-group has its own ages, what is not given last and never alone", () => {
  const ages: AgeDto[] = [{ from: 20, n: 3, by: { "": 2, a: 1 } }, { from: 30, n: 2, by: { b: 2 } }];
  expect(towersOf(ages)).toEqual([{ code: "b", n: 2, values: [0, 2] }, { code: "a", n: 1, values: [1, 0] }, { code: "", n: 2, values: [2, 0] }]);
  expect(towersOf([{ from: 20, n: 3, by: { "": 3 } }])).toEqual([]);
});

test("years are whole ones", () => {
  expect([yearsBetween("2021-03-05", "2026-03-04"), yearsBetween("2021-03-05", "2026-03-05")]).toEqual([4, 5]);
});

test("the longest in the post is on top, those who left come last", () => {
  const row = (title: string, started_on: string, ended_on: string | null) => ({ id: title, title, day: started_on, fields: { started_on, ended_on } });
  const rows = [row("left", "2015-01-01", "2020-01-01"), row("new", "2024-01-01", null), row("old", "2019-01-01", null), row("left later", "2015-01-01", "2022-01-01")];
  expect(rows.toSorted(bySeniority).map(({ title }) => title)).toEqual(["old", "new", "left later", "left"]);
});
