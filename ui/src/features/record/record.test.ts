import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FieldDto, FieldTypeDto, KindDto, RecordDto } from "../../api/generated";
import { filledCriteria } from "./criteria";
import { DraftKeeper } from "./draft";
import { firstError, mergedIssues, unreadIssues } from "./issues";
import { ofChosen, sideBySide } from "./same";
import { isEmpty, nextValues, savedValues, startingValues, type Line, type Values } from "./values";

const words = { vi: "", en: "" };

function field(id: string, type: FieldTypeDto, more: Partial<FieldDto> = {}): FieldDto {
  const bare = { required: false, personal: false, min: null, max: null, max_len: null, scale: 0 };
  const none = { unit: null, list: null, ref_kind: null, default: null, columns: [] };
  return { id, type, label: words, help: words, ...bare, ...none, ...more };
}

const kind: KindDto = {
  id: "housing",
  group: "g",
  nature: "event",
  label: words,
  plural: words,
  help: words,
  date_field: "on",
  title: ["name"],
  columns: [],
  has_personal: false,
  fields: [
    field("on", "date"),
    field("name", "text"),
    field("area", "decimal", { scale: 1 }),
    field("state", "code", { default: "new" }),
    field("funds", "lines", { columns: [field("source", "text"), field("amount", "money")] }),
    field("branch", "ref"),
    field("note", "long_text"),
  ],
};

describe("values of a form", () => {
  test("a new record starts with defaults, today and the last branch", () => {
    expect(startingValues(kind, "2026-11-24", "b1")).toEqual({ on: "2026-11-24", state: "new", branch: "b1" });
  });

  test("empty fields are left out of a new record and named in an edit", () => {
    const values: Values = { name: "  Nhà ", area: null, note: "" };
    expect(savedValues(kind, values, [], false)).toEqual({ name: "Nhà" });
    expect(savedValues(kind, values, [], true)).toMatchObject({ name: "Nhà", area: null, note: null, on: null });
  });

  test("saved text is composed", () => {
    expect(savedValues(kind, { name: "Huế".normalize("NFD") }, [], false)).toEqual({ name: "Huế" });
  });

  test("hidden fields are not saved", () => {
    expect(savedValues(kind, { name: "a", area: 5 }, ["area"], false)).toEqual({ name: "a" });
  });

  test("empty rows are dropped", () => {
    const funds: Line[] = [{ source: "Hội", amount: 30 }, { source: "", amount: null }, {}];
    expect(savedValues(kind, { funds }, [], false)).toEqual({ funds: [{ source: "Hội", amount: 30 }] });
    expect(isEmpty([{}, { source: " " }])).toBe(true);
  });

  test("save and next keeps the day and the branch", () => {
    const values: Values = { on: "2026-11-01", branch: "b2", name: "x", state: "old" };
    expect(nextValues(kind, values, "2026-11-24")).toEqual({ on: "2026-11-01", branch: "b2", state: "new" });
  });
});

describe("what is wrong", () => {
  test("a text that is not yet a number is an error at its field or cell", () => {
    const values: Values = { area: "1.4", on: "5/", funds: [{ amount: 3 }, { amount: "abc" }] };
    expect(unreadIssues(kind, values).map(({ field: at, code }) => [at, code])).toEqual([
      ["on", "record.bad_date"],
      ["area", "record.ambiguous_number"],
      ["funds.1.amount", "record.bad_number"],
    ]);
  });

  test("more decimals than are kept, and decimals of what is whole, are told as what they are", () => {
    const of = (id: string, type: FieldTypeDto, value: string) => unreadIssues({ ...kind, fields: [field(id, type, { scale: type === "decimal" ? 1 : 0 })] }, { [id]: value })[0]?.params;
    expect(of("area", "decimal", "1,25")).toEqual({ scale: "1" });
    expect(of("n", "integer", "12,5")).toEqual({});
  });

  test("the check's repeat of it is not said twice", () => {
    const unread = unreadIssues(kind, { area: "x" });
    const checked = [
      { field: "area", level: "error" as const, code: "record.wrong_type", params: {}, message: null },
      { field: "name", level: "error" as const, code: "record.required", params: {}, message: null },
    ];
    expect(mergedIssues(unread, checked).map((one) => one.code)).toEqual(["record.bad_number", "record.required"]);
  });

  test("the first error is the first in the form, warnings aside", () => {
    const at = (path: string | null, level: "error" | "warning") => ({ field: path, level, code: "record.rule", params: {}, message: null });
    const issues = [at(null, "error"), at("funds.0.amount", "error"), at("name", "warning"), at("area", "error")];
    expect(firstError(kind, issues)?.field).toBe("area");
    expect(firstError(kind, [at("name", "warning")])).toBeNull();
  });
});

test("choosing a set of criteria fills the lines and keeps answers", () => {
  const fields = {
    set: field("set", "code"),
    lines: field("answers", "lines"),
    column: field("criterion", "code"),
  };
  const set = { id: "s", label: words, valid_from: "", valid_to: null, is_default: true, criteria: ["k1", "k2"] };
  const values: Values = { set: "s", answers: [{ criterion: "k2", answer: "pass" }, { criterion: "old" }] };
  expect(filledCriteria(values, fields, set).answers).toEqual([{ criterion: "k1" }, { criterion: "k2", answer: "pass" }]);
});

describe("a draft", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const of = { id: "d", kind: "k", record_id: null };
  function keeper() {
    const calls = { save: vi.fn(async () => {}), drop: vi.fn(async () => {}), discard: vi.fn(async () => {}), failed: vi.fn() };
    return { calls, draft: new DraftKeeper(of, null, calls) };
  }

  test("is written once, 400 ms after the last key", async () => {
    const { calls, draft } = keeper();
    draft.note({ name: "a" });
    await vi.advanceTimersByTimeAsync(300);
    draft.note({ name: "ab" });
    await vi.advanceTimersByTimeAsync(399);
    expect(calls.save).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(calls.save.mock.calls).toEqual([[{ ...of, fields: { name: "ab" } }]]);
  });

  test("is not written again once the record is being saved", async () => {
    const { calls, draft } = keeper();
    draft.note({ name: "a" });
    await draft.hold();
    draft.note({ name: "b" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls.save).toHaveBeenCalledTimes(1);
  });

  test("that could not be written is tried again with the next key", async () => {
    const { calls, draft } = keeper();
    calls.save.mockRejectedValueOnce(new Error("disk"));
    draft.note({ name: "a" });
    await draft.flush();
    expect(calls.failed).toHaveBeenCalledTimes(1);
    await draft.flush();
    expect(calls.save).toHaveBeenCalledTimes(2);
    expect(draft.stored).toBe(true);
  });

  test("of a record that gets another id while it is written is written again under that one", async () => {
    const { calls, draft } = keeper();
    let done = (): void => undefined;
    calls.save.mockReturnValueOnce(new Promise<void>((resolve) => (done = resolve)));
    draft.note({ name: "a" });
    void draft.flush();
    await vi.advanceTimersByTimeAsync(0);
    draft.rename("new", { name: "a" });
    done();
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls.save).toHaveBeenLastCalledWith({ ...of, record_id: "new", fields: { name: "a" } });
    expect(calls.save).toHaveBeenCalledTimes(2);
  });

  test("is thrown away with its last letter, so that all of it can be taken back", async () => {
    const { calls, draft } = keeper();
    draft.note({ name: "a" });
    await draft.flush();
    draft.note({ name: "ab" });
    await draft.discard();
    expect(calls.discard.mock.calls).toEqual([[{ ...of, fields: { name: "ab" } }]]);
    draft.note({ name: "abc" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls.save).toHaveBeenCalledTimes(2);
  });

  test("of which nothing is left is taken away, and comes again with the next letter", async () => {
    const { calls, draft } = keeper();
    draft.note(null);
    await draft.flush();
    expect(calls.drop).not.toHaveBeenCalled();
    draft.note({ name: "a" });
    await draft.flush();
    draft.note(null);
    await draft.flush();
    expect(calls.drop.mock.calls).toEqual([["d"]]);
    expect(draft.stored).toBe(false);
    draft.note({ name: "b" });
    await draft.flush();
    expect(draft.stored).toBe(true);
    expect(calls.save).toHaveBeenCalledTimes(2);
  });

  test("that was never written needs no discarding", async () => {
    const { calls, draft } = keeper();
    await draft.discard();
    expect(calls.discard).not.toHaveBeenCalled();
  });
});

describe("two records beside each other", () => {
  const of = (fields: Values): RecordDto => ({
    id: "1",
    short: "7Q-1-X",
    kind: "housing",
    unit: { code: "", valid_from: "", name: "", parent: "" },
    day: "",
    title: "",
    fields,
    titles: {},
    erased: false,
    destroyed: false,
    received: false,
    author: "",
    created_at_ms: 0,
    changed_at_ms: 0,
    n_conflicts: 0,
    missing: [],
    kept: null,
    given_way: [],
    hidden: [],
  });

  test("show what one of them has and mark where both say something else", () => {
    const lines = sideBySide(kind, of({ name: "Nhà một", note: "a" }), of({ name: "Nhà hai", note: "a", on: "2018-05-03" }), (_, value) => String(value ?? ""));
    expect(lines.map(({ field, one, other, differs }) => [field.id, one, other, differs])).toEqual([
      ["on", "", "2018-05-03", false],
      ["name", "Nhà một", "Nhà hai", true],
      ["note", "a", "a", false],
    ]);
  });
});

test("the record that was compared before is not offered while the chosen one is on its way", () => {
  const loaded = { id: "b" } as RecordDto;
  expect(ofChosen("c", loaded)).toBeNull();
  expect(ofChosen("", loaded)).toBeNull();
  expect(ofChosen("b", loaded)).toBe(loaded);
});
