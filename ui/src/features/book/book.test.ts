import { expect, test } from "vitest";
import { bands, bySeniority, readMarks, shelves, tallyOf, writeMarks, yearsBetween } from "./books";

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
  const ages = [{ from: 20, n: 4 }, { from: 40, n: 1 }, { from: null, n: 2 }];
  expect(bands(ages).map(({ from, n }) => [from, n])).toEqual([[20, 4], [30, 0], [40, 1], [null, 2]]);
});

test("years are whole ones", () => {
  expect([yearsBetween("2021-03-05", "2026-03-04"), yearsBetween("2021-03-05", "2026-03-05")]).toEqual([4, 5]);
});

test("the longest in the post is on top, those who left come last", () => {
  const row = (title: string, started_on: string, ended_on: string | null) => ({ id: title, title, day: started_on, fields: { started_on, ended_on } });
  const rows = [row("left", "2015-01-01", "2020-01-01"), row("new", "2024-01-01", null), row("old", "2019-01-01", null), row("left later", "2015-01-01", "2022-01-01")];
  expect(rows.toSorted(bySeniority).map(({ title }) => title)).toEqual(["old", "new", "left later", "left"]);
});
