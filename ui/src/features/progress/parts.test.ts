import { expect, test } from "vitest";
import type { FigureDto, FiguresByPlaceRes, IndicatorDto } from "../../api/generated";
import { catalogue } from "../../state/catalogue.svelte";
import { dimensionParts, placeParts, recordsOf, silentText, together } from "./parts";

const words = { vi: "", en: "" };
const figure = (indicator: string, value: number | null, more: Partial<FigureDto> = {}): FigureDto => ({ indicator, value, unit: "ho", target: null, percent: null, parts: null, by: {}, ...more });
const indicator = (code: string, more: Partial<IndicatorDto> = {}): IndicatorDto => ({ code, label: words, unit: "ho", measure: "distinct", time: "flow", task: "", kind: "k", by: [], ...more });

const whole = { period: { label: "2026", kind: "year", first: "", last: "", due: "" }, unit: { code: "", valid_from: "", name: "", parent: "" } };
const place = (value: string, label: string, n_records: number, now: number, before: number) => ({ value, label, n_records, figures: [figure("GD01", now)], before: [figure("GD01", before)] });
const res = {
  whole: { ...whole, figures: [figure("GD01", 5)], before: [figure("GD01", 3)] },
  places: [place("b1", "Chi hội A Đớt", 0, 0, 2), place("b2", "Chi hội Pa Ris", 4, 2, 1), place("b3", "Chi hội Ta Vai", 9, 4, 0), place("", "", 0, 0, 0)],
} as unknown as FiguresByPlaceRes; // the unit is not read here

test("places stand with the most first; one without records stays and is told", () => {
  const parts = placeParts(res, "branch", "GD01");
  expect(parts.map((part) => [part.key, part.value, part.before, part.silent])).toEqual([["b3", 4, 0, false], ["b2", 2, 1, false], ["b1", 0, 2, true]]);
  expect(silentText(res, "branch", String)).toContain("1 trong 3 chi hội không có phiếu nào trong kỳ: Chi hội A Đớt");
});

test("parts add up, or it is told why they do not", () => {
  const parts = placeParts(res, "branch", "GD01");
  expect(together(parts, 6, "count")).toEqual({ sum: 6, how: "same" });
  expect(together(parts, 5, "distinct")).toEqual({ sum: 6, how: "twice" });
  expect(together(parts, 7, "distinct").how).toBe("rounded");
  expect(together(parts, 80, "ratio").how).toBe("ratio");
});

test("the codes of a dimension come from both periods, what is not given last", () => {
  const by = { by: [{ field: "sex", label: words, list: null }] };
  const now = figure("GD01", 5, { by: { sex: { "": 3, yes: 2 } } });
  const before = figure("GD01", 1, { by: { sex: { no: 1 } } });
  expect(dimensionParts(indicator("GD01", by), "sex", now, before).map((part) => [part.key, part.value, part.before])).toEqual([["yes", 2, 0], ["no", 0, 1], ["", 3, 0]]);
  expect(dimensionParts(indicator("GD01", by), "sex", now, undefined).map((part) => part.before)).toEqual([null, null]);
});

test("behind what counts units are the records that they are counted by", () => {
  const indicators = [indicator("TT01"), indicator("TT02A", { kind: null, of: ["TT01"] }), indicator("TT02B", { kind: null }), indicator("TT02", { kind: null, of: ["TT02A", "TT02B"] })];
  catalogue.take({ version: 1, digest: "", kinds: [], lists: [], indicators, calendars: [] });
  expect(["TT01", "TT02A", "TT02B", "TT02"].map(recordsOf)).toEqual(["TT01", "TT01", null, null]);
});
