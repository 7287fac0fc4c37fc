import { expect, test } from "vitest";
import { bytesOf, communeAddress, faultOf, forgetWords, keepTyped, MAX_BYTES, typedFor, unitOf } from "./said";

test("a comment and a return need words, an acceptance does not", () => {
  expect([faultOf("comment", " \n"), faultOf("returned", ""), faultOf("accepted", "")]).toEqual(["missing", "missing", null]);
});

test("length is counted in bytes of the composed text, as the hub does", () => {
  expect(bytesOf("  ế  ".normalize("NFD"))).toBe(3);
  const full = "ế".repeat(Math.floor(MAX_BYTES / 3));
  expect([faultOf("comment", full), faultOf("accepted", `${full}ế`)]).toEqual([null, "too_long"]);
});

test("a commune's page is found by its address", () => {
  const href = communeAddress({ code: "20044", valid_from: "2025-07-01" }, { period: "2026", indicator: null });
  expect(href).toBe("#/commune/20044%402025-07-01?period=2026");
  expect(unitOf("20044@2025-07-01")).toEqual({ unit: "20044", valid_from: "2025-07-01" });
});

test("what was typed waits for the same account and commune until somebody signs out", () => {
  keepTyped("admin", "20044@2025-07-01", "Xem lại");
  expect([typedFor("admin", "20044@2025-07-01"), typedFor("other", "20044@2025-07-01")]).toEqual(["Xem lại", ""]);
  forgetWords();
  expect(typedFor("admin", "20044@2025-07-01")).toBe("");
});
