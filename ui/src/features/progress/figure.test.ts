import { expect, test } from "vitest";
import { changeText, percentText, valueText } from "./figure";

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
