import { describe, expect, test } from "vitest";
import type { FieldTypeDto, KindDto } from "../api/generated";
import { errorCodes, filled, issueCodes, type Params } from "./codes";
import { en } from "./en";
import { errorsEn, issuesEn } from "./errors_en";
import { errorsVi, issuesVi } from "./errors_vi";
import { failureLine, failureWords, issueWords } from "./failure";
import { vi } from "./vi";
import { lowerFirst } from "./words.svelte";

/** Paths of all words, with what each takes. */
function shape(words: object, path = ""): string[] {
  return Object.entries(words).flatMap(([key, word]) => {
    const here = path === "" ? key : `${path}.${key}`;
    if (typeof word === "object" && word !== null) return shape(word, here);
    return [`${here}: ${typeof word}`];
  });
}

function strings(words: object): string[] {
  return Object.values(words).flatMap((word) => {
    if (typeof word === "string") return [word];
    return typeof word === "object" && word !== null ? strings(word) : [];
  });
}

test("both dictionaries have the same words", () => {
  expect(shape(en)).toEqual(shape(vi));
});

test("no word is empty, and Vietnamese is composed", () => {
  for (const word of [...strings(vi), ...strings(en)]) {
    expect(word.trim()).not.toBe("");
    expect(word).toBe(word.normalize("NFC"));
  }
});

test("in the middle of a sentence a period begins small, unless it is an abbreviation", () => {
  expect(["Quý I/2026", "Năm 2026", "Month 2/2026", "Q1 2026", "2026"].map(lowerFirst)).toEqual([
    "quý I/2026",
    "năm 2026",
    "month 2/2026",
    "Q1 2026",
    "2026",
  ]);
});

describe.each([
  ["vi", errorsVi, issuesVi],
  ["en", errorsEn, issuesEn],
] as const)("failures in %s", (_language, errors, issues) => {
  test("every code says what happened and what to do", () => {
    expect(Object.keys(errors).sort()).toEqual([...errorCodes].sort());
    for (const message of Object.values(errors)) {
      expect(filled(message.title, { wait_s: 5, found: 9, max: 8 })).not.toMatch(/undefined|\.$/);
      expect(filled(message.next, { wait_s: 5, found: 9, max: 8 })).toMatch(/\.$/);
      expect(filled(message.next, {})).not.toContain("undefined");
    }
  });

  test("a number is asked for where there is one, and never otherwise", () => {
    const asks = /số sự cố|incident number/;
    for (const message of Object.values(errors)) expect(filled(message.next, {})).not.toMatch(/sự cố|incident/);
    const withNumber = Object.entries(errors).filter(([, { next }]) => asks.test(filled(next, { incident: "A1B2" })));
    const expected = ["app.fault", "bundle.io", "storage.failed", "store.io", "sync.bad_receipt", "sync.batch_refused", "sync.refused", "usage.bad_request"];
    expect(withNumber.map(([code]) => code).sort()).toEqual(expected);
  });

  test("every issue has a sentence, with or without its bounds", () => {
    expect(Object.keys(issues).sort()).toEqual([...issueCodes].sort());
    for (const sentence of Object.values(issues)) {
      const bounds: Params[] = [{}, { min: 1 }, { max: 20_000 }, { min: 1, max: 20_000 }];
      for (const params of bounds) {
        expect(filled(sentence, params)).not.toContain("undefined");
      }
    }
    expect(filled(issues["record.out_of_range"], { min: 1, max: 20_000 })).toContain("20.000");
  });
});

test("bounds that come as text are written the Vietnamese way, and years as years", () => {
  const field = (id: string, type: FieldTypeDto) => ({ id, type, columns: [{ id: "in", type, columns: [] as unknown[] }] });
  const kind = { fields: [field("n", "integer"), field("year", "year"), field("area", "decimal")] } as unknown as KindDto;
  const said = (path: string, min: string, max: string) => issueWords({ field: path, level: "error", code: "record.out_of_range", params: { min, max }, message: null }, kind);
  expect(said("n", "0", "10000000000")).toBe("Phải từ 0 đến 10.000.000.000.");
  expect(said("n.2.in", "1", "20000")).toBe("Phải từ 1 đến 20.000.");
  expect(said("year", "1900", "2100")).toBe("Phải từ 1900 đến 2100.");
  expect(said("area", "0.5", "1000")).toBe("Phải từ 0,5 đến 1.000.");
  const unread = (path: string) => issueWords({ field: path, level: "error", code: "record.bad_number", params: {}, message: null }, kind);
  expect([unread("n"), unread("year"), unread("area")].map((text) => /82,91/.test(text))).toEqual([false, false, true]);
});

test("a failure's sentence and its line say the same of its number", () => {
  const fault = { code: "app.fault", params: {}, incident: "" };
  expect(failureWords(fault).next).not.toContain("số sự cố");
  expect(failureLine(fault)).not.toContain("ự cố");
  expect(failureWords({ ...fault, incident: "A1B2" }).next).toContain("báo số sự cố cho bộ phận hỗ trợ");
  expect(failureLine({ ...fault, incident: "A1B2" })).toMatch(/Số sự cố: A1B2\.$/);
  // The code of a newer program stands where the number would, so it is what can be told.
  expect(failureWords({ code: "moon.full", params: {}, incident: "" })).toMatchObject({ incident: "moon.full", next: failureWords({ ...fault, incident: "A1B2" }).next });
});
