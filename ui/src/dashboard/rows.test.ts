import { expect, test } from "vitest";
import type { FigureDto } from "../api/generated";
import type { UnitFigures } from "./hub";
import { byCode, byParent, daysSince, sortedUnits } from "./rows";

function unit(name: string, parent: string, value: number | null): UnitFigures {
  const figure: FigureDto = { indicator: "TT01", value, unit: "x", target: null, percent: null, parts: null, by: {} };
  return { code: name, valid_from: "2025-07-01", name, parent, figures: [figure] };
}

const units = [
  unit("Xã A Lưới 2", "Thành phố Huế", 5),
  unit("Phường Hương An", "Thành phố Huế", null),
  unit("Phường An Cựu", "Thành phố Huế", 9),
  unit("Xã Đông Sơn", "Huyện A Lưới", 5),
];
const names = (found: UnitFigures[]) => found.map((one) => one.name);

test("names are sorted without the word for their level", () => {
  expect(names(sortedUnits(units, "", { by: "name", down: false }))).toEqual([
    "Xã A Lưới 2",
    "Phường An Cựu",
    "Xã Đông Sơn",
    "Phường Hương An",
  ]);
});

test("values are sorted with missing ones last, whichever way", () => {
  const up = names(sortedUnits(units, "", { by: "TT01", down: false }));
  const down = names(sortedUnits(units, "", { by: "TT01", down: true }));
  expect(up).toEqual(["Xã A Lưới 2", "Xã Đông Sơn", "Phường An Cựu", "Phường Hương An"]);
  expect(down).toEqual(["Phường An Cựu", "Xã A Lưới 2", "Xã Đông Sơn", "Phường Hương An"]);
});

test("the filter needs no marks and knows the parent", () => {
  expect(names(sortedUnits(units, "a luoi", { by: "name", down: false }))).toEqual(["Xã A Lưới 2", "Xã Đông Sơn"]);
});

test("units stand under their parents", () => {
  expect(byParent(units).map((group) => [group.parent, group.units.length])).toEqual([["Huyện A Lưới", 1], ["Thành phố Huế", 3]]);
});

test("a clock behind the hub's does not make days negative", () => {
  expect(daysSince(2000, 1000)).toBe(0);
  expect(daysSince(0, 3 * 86_400_000 + 5)).toBe(3);
});

test("what is missing of a unit is added up, and told once", () => {
  const missing = (code: string, n_changes: number) => ({
    code: "hub.batch_spoilt",
    unit: { code, valid_from: "2026-01-01", name: `Xã ${code}`, parent: "Thành phố Huế" },
    device: "d",
    first_seq: 1,
    n_changes,
  });
  expect(byCode([])).toEqual([]);
  expect(byCode([missing("1", 2), missing("2", 3), missing("1", 5)])).toEqual([
    {
      code: "hub.batch_spoilt",
      units: [
        { key: "1/2026-01-01", name: "Xã 1", n_changes: 7 },
        { key: "2/2026-01-01", name: "Xã 2", n_changes: 3 },
      ],
    },
  ]);
});
