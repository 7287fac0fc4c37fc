import { expect, test } from "vitest";
import { headingOf } from "./heading";

const comment = { kind: "comment" as const, period: "2026-11", indicator: null };

test("a heading says what its page does not say already", () => {
  expect(headingOf(comment, "nothing")).toContain("tháng 11");
  expect(headingOf(comment, "record")).toContain("tháng 11");
  expect(headingOf(comment, "period")).toBe("");
  expect(headingOf({ ...comment, period: null }, "record")).toBe("");
  expect(headingOf({ ...comment, indicator: "XX99" }, "period")).toContain("XX99");
});

test("a decision is told as one wherever it stands", () => {
  for (const on of ["nothing", "period", "record"] as const) expect(headingOf({ ...comment, kind: "returned" }, on)).toContain("trả lại");
});
