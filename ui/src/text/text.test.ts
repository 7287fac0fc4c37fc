import { describe, expect, test, vi } from "vitest";
import { dayOf, readDay, weekday, writeDay, writeMoment } from "./date";
import { compareVi, fold, matching, normal } from "./fold";
import { readMoney, writeMoney } from "./money";
import { readDecimal, readInteger, readNumber, writeNumber } from "./number";
import { periodParts } from "./period";

describe("numbers as typed", () => {
  test.each([
    ["2.260", 2260],
    ["2260", 2260],
    ["2 260", 2260],
    ["1.234.567,8", 1234567.8],
    ["0,5", 0.5],
    ["82,91", 82.91],
    ["-3", -3],
    ["  12  ", 12],
  ])("%s is %d", (typed, value) => {
    expect(readNumber(typed)).toEqual({ is: "number", value });
  });

  test.each(["1.4", "12.34", "1.2345", "1.234.5", "1.", "1,000", "-350,000", "1,400,000", "1,400,000.50"])("%s is ambiguous", (typed) => {
    expect(readNumber(typed)).toEqual({ is: "ambiguous" });
  });

  test.each(["abc", "1,2,3", "1,", ",5", "1e5", "0x10", "--3", "1.234,5.6"])("%s is not a number", (typed) => {
    expect(readNumber(typed)).toEqual({ is: "not_a_number" });
  });

  test("a whole number has no decimals", () => {
    expect(readInteger("3,5")).toEqual({ is: "not_a_number" });
    expect(readInteger("3,0")).toEqual({ is: "number", value: 3 });
    expect(readInteger("")).toEqual({ is: "empty" });
  });

  test("a decimal that the field has no room for is not rounded", () => {
    expect(readDecimal("1,25", 1)).toEqual({ is: "too_fine" });
    expect(readDecimal("1,20", 1)).toEqual({ is: "number", value: 1.2 });
    expect(readDecimal("-82,91", 2)).toEqual({ is: "number", value: -82.91 });
    expect(readDecimal("1.4", 1)).toEqual({ is: "ambiguous" });
  });

  test("numbers are written with dots and a comma", () => {
    expect(writeNumber(1234567.8)).toBe("1.234.567,8");
    expect(writeNumber(2260)).toBe("2.260");
    expect(writeNumber(0)).toBe("0");
    expect(writeNumber(-0.001)).toBe("0");
    expect(writeNumber(-1500)).toBe("-1.500");
    expect(writeNumber(123.456, 1)).toBe("123,5");
  });

  test("what is written is read back", () => {
    for (const value of [0, 7, 999, 1000, 123456, 1e9, 0.25, 82.91, 1234.5]) {
      expect(readNumber(writeNumber(value))).toEqual({ is: "number", value });
    }
  });
});

describe("money as typed", () => {
  test.each([
    ["1,4 tỷ", 1_400_000_000],
    ["1.400 triệu", 1_400_000_000],
    ["1,4 tỉ đồng", 1_400_000_000],
    ["80tr", 80_000_000],
    ["80 triệu 500 nghìn", 80_500_000],
    ["350 nghìn", 350_000],
    ["350k", 350_000],
    ["2.260", 2260],
    ["1.400.000.000 đồng", 1_400_000_000],
    ["1.400.000.000đ", 1_400_000_000],
    ["0,07 tỷ", 70_000_000],
    ["1,4 tỷ".normalize("NFD"), 1_400_000_000],
    ["2 triệu rưỡi", 2_500_000],
    ["1 tỷ rưỡi", 1_500_000_000],
    ["1tỷ rưỡi đồng", 1_500_000_000],
    ["1 tỷ 2 triệu rưỡi", 1_002_500_000],
    ["80 triệu 500 đồng", 80_000_500],
    ["1 tỷ 400 triệu", 1_400_000_000],
  ])("%s is %d", (typed, value) => {
    expect(readMoney(typed)).toEqual({ is: "number", value });
  });

  test("a dot before one digit is refused, also before tỷ", () => {
    expect(readMoney("1.4")).toEqual({ is: "ambiguous" });
    expect(readMoney("350,000")).toEqual({ is: "ambiguous" });
    expect(readMoney("1,400 triệu")).toEqual({ is: "ambiguous" });
    expect(readMoney("0,125 tỷ")).toEqual({ is: "number", value: 125_000_000 });
    expect(readMoney("1.4 tỷ")).toEqual({ is: "ambiguous" });
  });

  test.each(["tỷ", "1,5", "-5", "1 tỷ 2 tỷ", "5 con gà", "500 nghìn 1 triệu", "2 rưỡi", "2 đồng rưỡi", "1 tỷ rưỡi 3 triệu", "2,5 triệu rưỡi", "rưỡi", "9.000.000 tỷ"])("%s is refused", (typed) => {
    expect(readMoney(typed)).toEqual({ is: "not_a_number" });
  });

  test.each(["1 tỷ 4", "1tỷ4", "1 tỷ 400", "1 triệu 2", "80 triệu 5", "80 triệu 500", "350 nghìn 5", "1 tỷ 400.000.000"])("the last part of %s lacks its unit", (typed) => {
    expect(readMoney(typed)).toEqual({ is: "unit_missing" });
  });

  test("an amount is written in full", () => {
    expect(writeMoney(1_400_000_000)).toBe("1.400.000.000");
  });
});

describe("days as typed", () => {
  const today = "2026-11-24";
  test.each([
    ["5/2", "2026-02-05"],
    ["5/2/2026", "2026-02-05"],
    ["05/02/2026", "2026-02-05"],
    ["05022026", "2026-02-05"],
    ["050226", "2026-02-05"],
    ["0502", "2026-02-05"],
    ["5-2-2026", "2026-02-05"],
    ["5.2.2026", "2026-02-05"],
    ["29/2/2024", "2024-02-29"],
    ["2026-02-05", "2026-02-05"],
    ["1/6/85", "1985-06-01"],
    ["5/2/20", "2020-02-05"],
  ])("%s is %s", (typed, value) => {
    expect(readDay(typed, today)).toEqual({ is: "day", value });
  });

  test.each(["31/2", "29/2/2026", "5", "32/1/2026", "1/13/2026", "hôm nay", "5/", "5/2/202", "1/1/1800"])(
    "%s is not a day",
    (typed) => {
      expect(readDay(typed, today)).toEqual({ is: "not_a_day" });
    },
  );

  test("days are written day first", () => {
    expect(writeDay("2026-02-05")).toBe("05/02/2026");
    expect(writeDay("5/")).toBe("5/");
    expect(weekday("2026-11-24")).toBe(2);
    expect(weekday("2026-11-29")).toBe(7);
  });

  test.each(["UTC", "America/Los_Angeles", "Asia/Ho_Chi_Minh"])("moments are Vietnamese ones on a PC set to %s", (zone) => {
    vi.stubEnv("TZ", zone);
    const at = Date.UTC(2026, 10, 24, 18, 9);
    expect(writeMoment(at)).toBe("01:09 25/11/2026");
    expect(dayOf(at)).toBe("2026-11-25");
    vi.unstubAllEnvs();
  });
});

describe("Vietnamese text", () => {
  test("folding strips marks and turns đ into d", () => {
    expect(fold("Đặng Thị Đào")).toBe("dang thi dao");
    expect(fold("Huế".normalize("NFD"))).toBe("hue");
    expect(fold("  Phường   Đúc ")).toBe("phuong duc");
  });

  test("saved text is composed and trimmed", () => {
    expect(normal(" Huế ".normalize("NFD"))).toBe("Huế");
  });

  test("a query without marks finds, exact marks rank first", () => {
    const names = ["Huệ", "Huế", "Hương Phong", "A Lưới 2"];
    expect(matching(names, "hue", (name) => [name])).toEqual(["Huệ", "Huế"]);
    expect(matching(names, "huế", (name) => [name])).toEqual(["Huế", "Huệ"]);
    expect(matching(names, "luoi 2", (name) => [name])).toEqual(["A Lưới 2"]);
    expect(matching(names, "phong huong", (name) => [name])).toEqual(["Hương Phong"]);
    expect(matching(names, "", (name) => [name])).toHaveLength(4);
  });

  test("the alphabet is the Vietnamese one", () => {
    expect(["Đào", "Dung", "Ân", "An", "Ăn"].sort(compareVi)).toEqual(["An", "Ăn", "Ân", "Dung", "Đào"]);
  });
});

test("a period's label tells its kind", () => {
  expect(periodParts("2018")).toEqual({ year: 2018, kind: "year", part: 0 });
  expect(periodParts("2018-H1")).toEqual({ year: 2018, kind: "half", part: 1 });
  expect(periodParts("2018-Q4")).toEqual({ year: 2018, kind: "quarter", part: 4 });
  expect(periodParts("2018-11")).toEqual({ year: 2018, kind: "month", part: 11 });
  expect(periodParts("x")).toBeNull();
});
