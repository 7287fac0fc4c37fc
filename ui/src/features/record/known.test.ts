import { describe, expect, test } from "vitest";
import type { FieldDto, KindDto, RecordDto } from "../../api/generated";
import { knownFrom, withKnown } from "./known";

const kind = { id: "membership_event", date_field: "happened_on", fields: ["member", "happened_on", "ethnic_minority", "age_band", "branch", "note"].map((id) => ({ id }) as FieldDto) } as KindDto;
const about = (fields: object) => ({ fields }) as RecordDto;

describe("what is known of whom a form is about", () => {
  test("follows from the ethnicity, the year of birth on the day of the event, and the branch", () => {
    const lan = about({ ethnicity: "37", birth_year: 1990, branch: "b1", note: "x", full_name: "Lan" });
    expect(knownFrom(kind, lan, "2026-03-05")).toEqual({ ethnic_minority: true, age_band: "a31_40", branch: "b1" });
    expect(knownFrom(kind, lan, "2020-12-31")).toMatchObject({ age_band: "a18_30" });
    expect(knownFrom(kind, about({ ethnicity: "01" }), "2026-03-05")).toEqual({ ethnic_minority: false });
    expect(knownFrom(kind, about({ birth_date: "1965-12-31" }), "2026-01-01")).toEqual({ age_band: "tren_60" });
    expect(knownFrom(kind, about({ birth_year: 1965 }), "")).toEqual({});
    expect([17, 18, 30, 31, 40, 41, 50, 51, 60, 61].map((age) => knownFrom(kind, about({ birth_year: 2026 - age }), "2026-01-01")["age_band"])).toEqual(["duoi_18", "a18_30", "a18_30", "a31_40", "a31_40", "a41_50", "a41_50", "a51_60", "a51_60", "tren_60"]);
    expect(knownFrom(kind, about({ birth_year: 2030 }), "2026-01-01")).toEqual({});
  });

  test("fills what is empty, gives way to what she said, and goes with the record it was known of", () => {
    const nobody = () => false;
    const filled = withKnown({ member: "m1", branch: "last" }, {}, { ethnic_minority: true, branch: "b1" }, nobody);
    expect(filled).toEqual({ member: "m1", branch: "b1", ethnic_minority: true });
    const known = { ethnic_minority: true, branch: "b1" };
    expect(withKnown(filled, known, { branch: "b2" }, nobody)).toEqual({ member: "m1", branch: "b2", ethnic_minority: null });
    expect(withKnown({ ...filled, ethnic_minority: false }, known, { ethnic_minority: true }, (id) => id === "ethnic_minority")).toMatchObject({ ethnic_minority: false });
    expect(withKnown({ age_band: "a31_40" }, {}, { age_band: "a41_50" }, nobody)).toEqual({ age_band: "a31_40" });
  });
});
