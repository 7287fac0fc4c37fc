import { expect, test } from "vitest";
import { en } from "../../words/en";
import { vi } from "../../words/vi";
import { placeCard, type Box } from "./place";
import { steps } from "./steps";

const room = { width: 1366, height: 768 };
const card = { width: 340, height: 200 };

const overlaps = (a: Box, b: Box) =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

test("the tour has eight steps at most, each with words in both languages", () => {
  expect(steps.length).toBeLessThanOrEqual(8);
  for (const words of [vi, en]) expect(Object.keys(words.sample.steps)).toEqual(steps.map((step) => step.name));
});

test("the card stands in the window and not over what it points at", () => {
  const wrong: Box[] = [];
  for (let left = 0; left < room.width - 40; left += 61) {
    for (let top = 0; top < room.height - 30; top += 37) {
      const target = { left, top, width: 40, height: 30 };
      const at = { ...placeCard(target, card, room), ...card };
      const isInside = at.left >= 0 && at.top >= 0 && at.left + at.width <= room.width && at.top + at.height <= room.height;
      if (!isInside || overlaps(target, at)) wrong.push(target);
    }
  }
  expect(wrong).toEqual([]);
});

test("without a target, or without room beside it, the card stands in the corner", () => {
  const corner = { left: 1366 - 340 - 12, top: 768 - 200 - 12 };
  expect(placeCard(null, card, room)).toEqual(corner);
  expect(placeCard({ left: 0, top: 0, width: 1366, height: 768 }, card, room)).toEqual(corner);
});
