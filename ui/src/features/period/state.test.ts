// What a period's line says, and what there is to do with it.
import { describe, expect, it } from "vitest";
import type { PeriodStateDto } from "../../api/generated";
import { closedOn, leftText, nextOf, stateText, toneOf } from "./state";

const month: PeriodStateDto = {
  period: "2026-02",
  calendar: "union",
  state: "draft",
  digest: null,
  number: 0,
  submitted_at_ms: null,
  days: { label: "2026-02", kind: "month", first: "2026-01-15", last: "2026-02-14", due: "2026-02-19" },
  days_left: 3,
  n_changed: 0,
};

describe("a period's state", () => {
  it("tells how long there is, and how long it is over", () => {
    expect(leftText(month)).toBe("còn 3 ngày");
    expect(leftText({ ...month, days_left: 0 })).toBe("đến hạn hôm nay");
    expect(leftText({ ...month, days_left: -2 })).toBe("quá hạn 2 ngày");
    expect([leftText({ ...month, days_left: -46 }), toneOf({ ...month, days_left: -46 })]).toEqual(["", "quiet"]);
    expect(leftText({ ...month, state: "received", days_left: -2 })).toBe("");
  });

  it("tells of an amendment before it tells that the province has it", () => {
    const amended: PeriodStateDto = { ...month, state: "accepted", n_changed: 2 };
    expect([stateText(amended), toneOf(amended), nextOf(amended)]).toEqual(["2 phiếu thay đổi sau khi chốt", "warning", "amend"]);
    const returned: PeriodStateDto = { ...amended, state: "returned" };
    expect([stateText(returned), toneOf(returned), nextOf(returned)]).toEqual(["Tỉnh trả lại", "bad", "amend"]);
  });

  it("asks to sign, then to send, then nothing", () => {
    const next = (["draft", "submitted", "received", "accepted"] as const).map((state) => nextOf({ ...month, state }));
    expect(next).toEqual(["sign", "send", "none", "none"]);
  });

  it("knows in which submitted periods a day lies, and that half a day is none", () => {
    const closed = [
      { calendar: "union", period: "2026-02", first: "2026-01-15", last: "2026-02-14" },
      { calendar: "union", period: "2026", first: "2025-12-15", last: "2026-12-14" },
    ];
    expect(closedOn("2026-02-14", closed).map((one) => one.period)).toEqual(["2026-02", "2026"]);
    expect(closedOn("2026-02-15", closed).map((one) => one.period)).toEqual(["2026"]);
    expect([closedOn("2026-02", closed), closedOn(null, closed)]).toEqual([[], []]);
  });
});
