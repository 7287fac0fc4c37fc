import { describe, expect, test } from "vitest";
import type { ChecklistRowDto, FieldDto, FieldTypeDto, KindDto } from "../../api/generated";
import type { Values } from "../record/values";
import { draftFields, readDraft } from "./draft";
import { allReached, answered, blank, concluded, conclusion, isSame, keyOf, movedToYear, noted, passedIn, rebased, savedRow, startOf, turned, type Marks } from "./marks";
import { partsOf, setOfDay } from "./parts";

function field(id: string, type: FieldTypeDto, more: Partial<FieldDto> = {}): FieldDto {
  const words = { vi: id, en: id };
  const bare = { required: false, personal: false, min: null, max: null, max_len: null, scale: 0 };
  return { id, type, label: words, help: words, ...bare, unit: null, list: null, ref_kind: null, default: null, columns: [], ...more };
}
const words = { vi: "", en: "" };
const base = { group: "g", label: words, plural: words, help: words, has_personal: true, title: [], columns: [] };
const answers = field("answers", "lines", {
  columns: [field("criterion", "code", { list: "criterion" }), field("answer", "code", { list: "criterion_answer" }), field("note", "text")],
});
const kind: KindDto = {
  ...base,
  id: "household_assessment",
  nature: "event",
  date_field: "assessed_on",
  fields: [
    field("household", "ref", { ref_kind: "household" }),
    field("assessed_on", "date"),
    field("year", "year"),
    field("criteria_set", "code", { list: "criteria_set" }),
    answers,
    field("review", "code", { list: "review_state", default: "waiting" }),
    field("passed_before", "bool"),
    field("head_sex", "code", { list: "sex" }),
    field("ethnic_minority", "bool"),
    field("branch", "ref", { ref_kind: "branch" }),
    field("note", "long_text"),
  ],
};
const household: KindDto = {
  ...base,
  id: "household",
  nature: "register",
  date_field: "registered_on",
  fields: [field("head_sex", "code", { list: "sex" }), field("ethnicity", "code"), field("branch", "ref", { ref_kind: "branch" }), field("note", "long_text")],
};
const parts = partsOf(kind)!;
const criteria = ["k1", "k2", "s1"];
const row = (fields: Values, assessments: Values[] = []): ChecklistRowDto => ({ id: "h1", title: "Kăn Nghé", fields, assessments: assessments.map((one, n) => ({ id: `a${n}`, fields: one })) });
const at = { day: "2026-11-29", year: 2026, set: "v", criteria };
const codes = ["waiting", "passed", "failed", "incomplete"];
const marks = (given: Record<string, string>, more: Partial<Marks> = {}): Marks => ({ ...blank, answers: given, ...more });

describe("marks of a household", () => {
  test("the space bar goes from not looked at to reached, not reached, and back", () => {
    const once = turned(blank, "k1");
    expect(once.answers).toEqual({ k1: "pass" });
    expect(turned(once, "k1").answers).toEqual({ k1: "fail" });
    expect(turned(turned(once, "k1"), "k1").answers).toEqual({});
  });

  test("the answers conclude until she does, and again when one of them changes", () => {
    expect(conclusion(parts, blank, criteria)).toBe("waiting");
    expect(conclusion(parts, allReached(blank, criteria), criteria)).toBe("passed");
    const failed = marks({ k1: "fail" });
    expect(conclusion(parts, failed, criteria)).toBe("failed");
    const hers = concluded(parts, failed, criteria, codes);
    expect(conclusion(parts, hers, criteria)).toBe("incomplete");
    expect(conclusion(parts, answered(hers, "k1", "pass"), criteria)).toBe("waiting");
  });

  test("a reason goes when the criterion is reached", () => {
    const told = noted(marks({ k1: "fail" }), "k1", "nhà dột");
    expect(told.notes).toEqual({ k1: "nhà dột" });
    expect(answered(told, "k1", "pass").notes).toEqual({});
  });

  test("a title of an earlier year is known, by the same set only", () => {
    const passed = { year: 2024, criteria_set: "v", review: "passed" };
    expect(passedIn(parts, row({}, [passed]), "v", 2026)).toBe(2024);
    expect(startOf(parts, row({}, [passed]), "v", 2026).before).toBe(true);
    expect(passedIn(parts, row({}, [{ ...passed, criteria_set: "old" }]), "v", 2026)).toBe(null);
    expect(passedIn(parts, row({}, [{ ...passed, year: 2026 }]), "v", 2026)).toBe(null);
  });
});

describe("what is saved", () => {
  test("a new assessment takes over what the register of households says, but no name and no remark", () => {
    const of = row({ head_name: "Kăn Nghé", head_sex: "f", ethnicity: "32", branch: "b1", note: "x" });
    const saved = savedRow(parts, household, of, noted(marks({ k1: "pass", k2: "fail" }), "k2", " rượu "), at);
    expect(saved.id).toBe(null);
    expect(saved.fields).toEqual({
      household: "h1",
      assessed_on: "2026-11-29",
      year: 2026,
      criteria_set: "v",
      answers: [
        { criterion: "k1", answer: "pass" },
        { criterion: "k2", answer: "fail", note: "rượu" },
      ],
      review: "failed",
      head_sex: "f",
      ethnic_minority: true,
      branch: "b1",
    });
  });

  test("an assessment of this year is changed, and keeps its day unless the conclusion changes", () => {
    const stored = { year: 2026, criteria_set: "v", assessed_on: "2026-03-01", review: "failed", answers: [{ criterion: "k2", answer: "fail", note: "n" }] };
    const of = row({}, [stored]);
    const start = startOf(parts, of, "v", 2026);
    expect(start).toEqual({ answers: { k2: "fail" }, notes: { k2: "n" }, review: "failed", before: false });
    const same = savedRow(parts, household, of, answered(start, "k1", "pass"), at);
    expect(same.id).toBe("a0");
    expect(same.fields.assessed_on).toBeUndefined();
    expect(same.fields.answers).toEqual([{ criterion: "k2", answer: "fail", note: "n" }, { criterion: "k1", answer: "pass" }]);
    const now = savedRow(parts, household, of, allReached(start, criteria), at);
    expect(now.fields.review).toBe("passed");
    expect(now.fields.assessed_on).toBe("2026-11-29");
  });

  test("what another PC wrote meanwhile stays where she marked nothing", () => {
    const theirs = marks({ k1: "fail", k2: "fail" }, { notes: { k1: "t" }, review: "failed" });
    const both = rebased(marks({ k2: "pass" }), blank, theirs);
    expect(both).toEqual(marks({ k1: "fail", k2: "pass" }, { notes: { k1: "t" }, review: "failed" }));
    expect(isSame(rebased(blank, blank, theirs), theirs)).toBe(true);
  });
});

test("a draft gives back what was marked", () => {
  const typed = new Map([[keyOf("h1", "v", 2026), noted(marks({ k1: "fail" }, { before: true, review: "incomplete" }), "k1", "a b")]]);
  const sat = { place: "hamlet:a dot", day: "2026-11-29", year: 2026, set: "v" };
  const read = readDraft(kind, { id: "d", kind: kind.id, record_id: null, fields: draftFields(kind, sat, typed), title: "", saved_at_ms: 0 });
  expect(read.sat).toEqual(sat);
  expect([...read.typed]).toEqual([...typed]);
});

describe("a day that is corrected across New Year", () => {
  const across = { from: 2026, to: 2027 };
  const at = (year: number) => keyOf("h1", "v", year);
  const failed = marks({ k1: "fail" });

  test("takes along what was marked, and back again", () => {
    const there = movedToYear(parts, [row({})], new Map([[at(2026), failed]]), "v", across);
    expect([...there]).toEqual([[at(2027), failed]]);
    expect([...movedToYear(parts, [row({})], there, "v", { from: 2027, to: 2026 })]).toEqual([[at(2026), failed]]);
  });

  test("leaves changes of a stored assessment with its year", () => {
    const stored = row({}, [{ year: 2026, criteria_set: "v", review: "failed" }]);
    const typed = new Map([[at(2026), failed]]);
    expect([...movedToYear(parts, [stored], typed, "v", across)]).toEqual([...typed]);
  });

  test("overwrites nothing that is marked in the other year, and leaves other sets", () => {
    const passed = marks({ k1: "pass" });
    const typed = new Map([[at(2026), failed], [at(2027), passed], [keyOf("h2", "old", 2026), failed]]);
    expect([...movedToYear(parts, [row({}), { ...row({}), id: "h2" }], typed, "v", across)]).toEqual([...typed]);
  });

  test("changes nothing within one year", () => {
    const typed = new Map([[at(2026), failed]]);
    expect([...movedToYear(parts, [row({})], typed, "v", { from: 2026, to: 2026 })]).toEqual([...typed]);
  });
});

test("the set of a day is the default one in force then", () => {
  const set = (id: string, valid_from: string, valid_to: string | null, is_default: boolean) => ({ id, label: words, valid_from, valid_to, is_default, criteria: [] });
  const sets = [set("old", "2010-01-01", "2026-05-10", true), set("other", "2021-01-01", null, false), set("new", "2026-05-11", null, true)];
  expect(["2018-11-20", "2026-05-10", "2026-05-11"].map((day) => setOfDay(sets, day)?.id)).toEqual(["old", "old", "new"]);
});
