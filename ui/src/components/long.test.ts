import { describe, expect, it } from "vitest";
import { drawn, led, parts, reaching } from "./long";

const view = (top: number) => ({ top, height: 340, row: 34 });

describe("a long table", () => {
  it("draws what is in view and a few beside it, however long it is", () => {
    expect(drawn(view(0), 100_000, 6)).toEqual([0, 18]);
    expect(drawn(view(34_000), 100_000, 6)).toEqual([990, 1020]);
    expect(drawn(view(3_399_660), 100_000, 6)).toEqual([99_984, 100_000]);
    expect(drawn(view(0), 3, 6)).toEqual([0, 3]);
  });

  it("draws what is in view alone while nobody scrolls", () => {
    expect(drawn(view(0), 100_000, 0)).toEqual([0, 10]);
    expect(drawn(view(17), 100_000, 0)).toEqual([0, 11]);
  });

  it("draws nothing new while it is scrolled by a few rows, and never lacks one that is seen", () => {
    const ends = new Set<number>();
    for (let top = 34_000; top < 34_000 + 12 * 34; top++) {
      const [first, end] = drawn(view(top), 100_000, 6);
      expect(first * 34).toBeLessThanOrEqual(top - 6 * 34);
      expect(end * 34).toBeGreaterThanOrEqual(top + 340 + 6 * 34);
      ends.add(end);
    }
    expect(ends.size).toBe(3);
  });

  it("draws the end when rows have gone from under the view", () => {
    expect(drawn(view(34_000), 10, 6)).toEqual([9, 10]);
    expect(drawn(view(34_000), 0, 6)).toEqual([0, 0]);
  });

  it("makes up for every row that it does not draw", () => {
    const rows = (all: ReturnType<typeof parts>) => all.reduce((sum, part) => sum + ("gap" in part ? part.gap : 1), 0);
    for (const caret of [0, 5, 50, 99]) expect(rows(parts([40, 60], 100, caret))).toBe(100);
    expect(parts([0, 2], 2, 0)).toEqual([{ row: 0 }, { row: 1 }]);
  });

  it("keeps the row that the caret is in", () => {
    expect(parts([40, 42], 100, 7)).toEqual([{ gap: 7, before: 7 }, { row: 7 }, { gap: 32, before: 40 }, { row: 40 }, { row: 41 }, { gap: 58, before: 100 }]);
    expect(parts([0, 2], 100, 99)).toEqual([{ row: 0 }, { row: 1 }, { gap: 97, before: 99 }, { row: 99 }]);
  });

  it("is walked by arrows, pages and ends", () => {
    expect(led("ArrowDown", 4, 100, 9)).toBe(5);
    expect(led("ArrowUp", 0, 100, 9)).toBe(0);
    expect(led("PageDown", 95, 100, 9)).toBe(99);
    expect(led("PageUp", 20, 100, 9)).toBe(11);
    expect(led("End", 3, 100, 9)).toBe(99);
    expect(led("Home", 70, 100, 9)).toBe(0);
    expect(led("a", 70, 100, 9)).toBeNull();
    expect(led("End", 0, 0, 9)).toBeNull();
  });

  it("scrolls no further than to where the row is seen", () => {
    expect(reaching(view(0), 3)).toBe(0);
    expect(reaching(view(0), 10)).toBe(34);
    expect(reaching(view(340), 2)).toBe(68);
  });
});
