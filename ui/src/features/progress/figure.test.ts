import { expect, test } from "vitest";
import { changeText, daysLeft, missing, percentText, valueText } from "./figure";

test("a percent above the target says what was reached and by how much it was passed", () => {
  expect(percentText(123.456)).toBe("đạt 123,5 % (vượt 23,5 %)");
  expect(percentText(100)).toBe("đạt 100 %");
  expect(percentText(82.91)).toBe("đạt 82,9 %");
});

test("a value that is not there is a dash, not a nought", () => {
  expect(valueText(null)).toBe("–");
  expect(valueText(0)).toBe("0");
  expect(valueText(82.91)).toBe("82,91");
});

test("a change is signed", () => {
  expect(changeText(5, 3)).toBe("+2");
  expect(changeText(3, 5)).toBe("-2");
  expect(changeText(3, null)).toBe("");
});

test("what is missing is told while something is, and the days to it with today", () => {
  expect(missing({ value: 3, target: 10 })).toBe(7);
  expect(missing({ value: null, target: 10 })).toBe(10);
  expect(missing({ value: 0.7, target: 0.8 })).toBe(0.1);
  expect([missing({ value: 10, target: 10 }), missing({ value: 1, target: null })]).toEqual([null, null]);
  expect([daysLeft("2026-12-14", "2026-12-14"), daysLeft("2026-11-30", "2026-12-14"), daysLeft("2026-12-15", "2026-12-14")]).toEqual([1, 15, 0]);
});
