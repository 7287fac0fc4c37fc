import { describe, expect, test } from "vitest";
import type { FieldDto, FieldTypeDto, KindDto, ListItemDto } from "../../api/generated";
import { readTabs } from "../../text/grid";
import type { Line } from "../record/values";
import { readCell } from "./cell";
import { commonFields, headings, isNumbering, isTabular, startingColumns } from "./columns";
import { assigned, filledDown, filledToEnd, leftOf, MAX_ROWS, paste, withDefaults, withoutDefaults, withRoom } from "./rows";

function field(id: string, type: FieldTypeDto, vi: string, more: Partial<FieldDto> = {}): FieldDto {
  const bare = { required: false, personal: false, min: null, max: null, max_len: null, scale: 0 };
  const none = { unit: null, list: null, ref_kind: null, default: null, columns: [] };
  return { id, type, label: { vi, en: id }, help: { vi: "", en: "" }, ...bare, ...none, ...more };
}

const words = { vi: "", en: "" };
const fields = [
  field("full_name", "text", "Họ và tên", { required: true }),
  field("birth_year", "year", "Năm sinh"),
  field("level", "code", "Cấp học", { required: true }),
  field("amount", "money", "Số tiền"),
  field("given_on", "date", "Ngày trao", { required: true }),
  field("branch", "ref", "Chi hội"),
  field("programmes", "codes", "Chương trình"),
  field("photos", "photos", "Ảnh"),
  field("note", "long_text", "Ghi chú"),
];
const base = { id: "scholarship", group: "g", label: words, plural: words, help: words, has_personal: true };
const kind: KindDto = { ...base, nature: "event", date_field: "given_on", title: ["full_name"], columns: ["amount"], fields };
const levels: ListItemDto[] = [
  { code: "tieu_hoc", label: { vi: "Tiểu học", en: "Primary" }, aliases: ["TH", "cấp 1"], parent: null },
  { code: "thcs", label: { vi: "Trung học cơ sở", en: "Secondary" }, aliases: ["THCS"], parent: null },
] as ListItemDto[];
const today = "2026-11-29";
const read = (of: FieldDto, text: string) => readCell(of, text, today, of.id === "level" ? levels : []);

describe("columns of a table", () => {
  test("what must be given is a column; the day and the branch of a list stand above it", () => {
    expect(startingColumns(kind)).toEqual(["full_name", "level", "amount"]);
    expect(commonFields(kind, startingColumns(kind)).map((one) => one.id)).toEqual(["given_on", "branch", "programmes", "photos"]);
  });

  test("a register's own dates are columns", () => {
    expect(startingColumns({ ...kind, nature: "register" })).toContain("given_on");
  });

  test("a kind that needs a table inside of each record is none for a table", () => {
    expect(isTabular(kind)).toBe(true);
    expect(isTabular({ ...kind, fields: [...fields, field("answers", "lines", "Tiêu chí", { required: true })] })).toBe(false);
  });

  test("headings are known without marks and in any order, and a row of values is none", () => {
    const named = headings(["STT", "Số tiền (đồng)", "HỌ VÀ TÊN"], fields);
    expect(named?.map((one) => one?.id ?? null)).toEqual([null, "amount", "full_name"]);
    expect(headings(["Hồ Thị Đan", "2011", "TH"], fields)).toBeNull();
    // Values that begin like a label are values.
    expect(headings(["Hồ Thị Đan", "Chi hội Ba"], fields)).toBeNull();
    expect(headings(["Cấp học phổ thông"], fields)).toBeNull();
    expect(headings(["Ghi chú", "Hồ Thị Đan", "Năm sinh 2011"], [...fields].slice(0, 2))).toBeNull();
  });

  test("one heading to the letter and one that is nearly a label are a row of headings, and a number among them is none", () => {
    const of = (row: string[]) => headings(row, fields)?.map((one) => one?.id ?? null) ?? null;
    expect(of(["Ho va ten hoc sinh", "GHI CHU"])).toEqual(["full_name", "note"]);
    expect(of(["TT", "Ho ten", "Nam sjnh", "Trường"])).toEqual([null, "full_name", "birth_year", null]);
    expect(of(["Ghi chú", "Ngày trao quà", "2011"])).toBeNull();
    expect(of(["TT", "Ho ten"])).toEqual([null, "full_name"]);
    expect(of(["STT", "Trường"])).toBeNull();
    expect(of(["no", "no"])).toBeNull();
  });
});

describe("pasting", () => {
  test("goes to the right and down from the caret and reads each cell as its field", () => {
    const cells = [["Hồ Thị Đan", "tieu hoc", "1,5 triệu"], ["Kăn Lịch", "cấp 1", "2.260"]];
    const done = paste([{}], ["full_name", "level", "amount"], fields, { row: 0, column: 0 }, cells, read);
    expect(done.rows).toEqual([
      { full_name: "Hồ Thị Đan", level: "tieu_hoc", amount: 1_500_000 },
      { full_name: "Kăn Lịch", level: "tieu_hoc", amount: 2260 },
    ]);
  });

  test("headings show what was not shown and hide what stays empty, and are no row", () => {
    const cells = [["Năm sinh", "Họ và tên"], ["12/3/2011", "Hồ Thị Đan"]];
    const done = paste([{}], ["full_name", "level"], fields, { row: 0, column: 1 }, cells, read);
    expect(done.columns).toEqual(["full_name", "birth_year"]);
    expect(done.rows).toEqual([{ birth_year: 2011, full_name: "Hồ Thị Đan" }]);
  });

  test("a column that the table has no place for is told, can be given a field, and a sum in it makes no row", () => {
    const cells = [["STT", "Họ tên", "Trường", "Kinh phí", "Ghi chú", "Trường"], ["1", "Hồ Thị Đan", "A Roh", "1,5 triệu", "mồ côi", ""], ["2", "Kăn Lịch", "", "2 triệu", "", ""], ["", "", "", "3,5 triệu", "", ""]];
    const done = paste([{}], ["full_name", "level"], fields, { row: 0, column: 0 }, cells, read);
    expect(done.columns).toEqual(["full_name", "note"]);
    expect(done).toMatchObject({ n_rows: 2, n_bare: 1, n_over: 0 });
    expect(done.left.map((one) => [one.name, one.place])).toEqual([["Trường", 3], ["Kinh phí", 4]]);
    const given = assigned(withRoom(done.rows), done.left[1]!, fields[3]!, read);
    expect(given.map((line) => line["amount"])).toEqual([1_500_000, 2_000_000, undefined]);
    expect(leftOf(done.left, (row) => row !== 0).map((one) => one.texts)).toEqual([["2 triệu", "3,5 triệu"]]);
  });

  test("a title above the headings, their numbers below and the sum at the end are no rows", () => {
    const cells = [
      ["HỘI LHPN XÃ A LƯỚI 2", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
      ["", "", ""],
      ["DANH SÁCH HỌC SINH NHẬN HỌC BỔNG"],
      ["STT", "Họ và tên", "Năm sinh", "Ghi chú"],
      ["(1)", "(2)", "(3)", "(4)"],
      ["1", "Hồ Thị Đan", "2011", "mồ côi"],
      ["", "Tổng cộng:", "1", ""],
    ];
    const done = paste([{}], ["full_name", "level"], fields, { row: 0, column: 0 }, cells, read);
    expect(done.rows).toEqual([{ full_name: "Hồ Thị Đan", birth_year: 2011, note: "mồ côi" }]);
    expect(done).toMatchObject({ n_rows: 1, left: [] });
    expect(done.n_bare).toBe(4);
    // Names that look like sums, and a list without headings, stay as they are.
    const people = [["Họ và tên", "Năm sinh"], ["Công", "2011"], ["Tống Thị Cộng", "2011"], ["Hoa", "2012"], ["Tổng cộng: 3 em", "3"]];
    expect(paste([{}], ["full_name", "birth_year"], fields, { row: 0, column: 0 }, people, read).rows.map((line) => line["full_name"])).toEqual(["Công", "Tống Thị Cộng", "Hoa"]);
    expect(paste([{}, {}, {}], ["full_name"], fields, { row: 0, column: 0 }, [["Lan"], ["Cộng"], ["Hoa"]], read).rows.map((line) => line["full_name"])).toEqual(["Lan", "Cộng", "Hoa"]);
    // Rows with their numbers above a heading are somebody's, and so the heading is none.
    const numbered = [["1", "Hồ Thị Đan"], ["2", "Kăn Lịch"], ["STT", "Họ và tên"], ["3", "A Viết"]];
    expect(paste([{}], ["birth_year", "full_name"], fields, { row: 0, column: 0 }, numbered, read).n_rows).toBe(4);
    // A title over a heading of two columns, and a second list with its heading again.
    const two = [["DANH SÁCH"], ["Họ và tên", "Năm sinh"], ["Hồ Thị Đan", "2011"], ["Họ và tên", "Năm sinh"], ["Kăn Lịch", "2012"]];
    expect(paste([{}], ["full_name"], fields, { row: 0, column: 0 }, two, read)).toMatchObject({ rows: [{ full_name: "Hồ Thị Đan", birth_year: 2011 }, { full_name: "Kăn Lịch", birth_year: 2012 }], n_bare: 2 });
    // A short first row hides no column of those below it.
    const ragged = [["Hồ Thị Đan"], ["Kăn Lịch", "2.260"]];
    expect(paste([{}], ["full_name", "amount"], fields, { row: 0, column: 0 }, ragged, read).rows[1]).toEqual({ full_name: "Kăn Lịch", amount: 2260 });
  });

  test("what is numbered under headings, and what only looks so", () => {
    const is = (row: string[], names = row.map(() => "x")) => isNumbering(row, names);
    expect([["A", "B", "1", "2"], ["1", "2", "3"], ["(1)", "(2)", "(3)"]].map((row) => is(row))).toEqual([true, true, true]);
    expect([["1", "Hồ Thị Đan", "3"], ["1", "3", "4"], ["A", "B", "C"], ["5"], [], ["1", "2"], ["2", "3", "4"], ["0", "1", "2"]].map((row) => is(row)).some(Boolean)).toBe(false);
    expect(is(["1", "", "2", "3"], ["STT", "Họ và tên", "Nam", "Nữ"])).toBe(false);
  });

  test("cells beyond the last column are told by their place", () => {
    const done = paste([{}], ["full_name", "amount"], fields, { row: 0, column: 1 }, [["5", "x"], ["6", ""]], read);
    expect(done.left).toEqual([{ name: "", place: 2, texts: ["x", ""] }]);
  });

  test("what cannot be read stays as it was typed", () => {
    const done = paste([{}], ["amount"], fields, { row: 0, column: 0 }, [["1.4"], ["khá nhiều"]], read);
    expect(done.rows.map((line) => line["amount"])).toEqual(["1.4", "khá nhiều"]);
  });

  test("cells beside the pasted ones stay, and what has no room is counted", () => {
    const done = paste([{ amount: 5 }], ["full_name", "amount"], fields, { row: 0, column: 0 }, [["A Viết"]], read);
    expect(done.rows[0]).toEqual({ full_name: "A Viết", amount: 5 });
    const many = Array.from({ length: MAX_ROWS + 3 }, (_, n) => [`Tên ${n}`]);
    expect(paste([{}], ["full_name"], fields, { row: 0, column: 0 }, many, read)).toMatchObject({ n_rows: MAX_ROWS, n_over: 3 });
  });

  test("a selection of Excel with a line end and quotation marks inside of a cell", () => {
    expect(readTabs('Tên\tGhi chú\r\n"Hồ ""Út""\nĐan"\t"a"\r\n')).toEqual([["Tên", "Ghi chú"], ['Hồ "Út" Đan', "a"]]);
    expect(readTabs('"Sống" đẹp\t1\n')).toEqual([['"Sống" đẹp', "1"]]);
  });

  test("decomposed text is composed", () => {
    expect(readTabs("Huế".normalize("NFD"))).toEqual([["Huế"]]);
  });
});

describe("rows", () => {
  test("a row that is begun has what a form begins with, and is nothing again when only that is left", () => {
    const shown = [fields[0]!, field("n", "integer", "Số suất", { default: 1 })];
    expect(withDefaults({ full_name: "A Viết" }, shown)).toEqual({ full_name: "A Viết", n: 1 });
    expect(withDefaults({ full_name: "A Viết", n: null }, shown)).toEqual({ full_name: "A Viết", n: null });
    expect(withDefaults({}, shown)).toEqual({});
    expect(withoutDefaults({ full_name: null, n: 1 }, shown)).toEqual({});
    expect(withoutDefaults({ full_name: null, n: 2 }, shown)).toEqual({ full_name: null, n: 2 });
    expect(commonFields({ ...kind, fields: [...fields, shown[1]!] }, ["full_name"]).map((one) => one.id)).toContain("n");
  });

  test("one empty row follows the last that holds something", () => {
    expect(withRoom([{ a: 1 }, {}, {}])).toEqual([{ a: 1 }, {}]);
    expect(withRoom([])).toEqual([{}]);
  });

  test("filling down takes the cell above", () => {
    expect(filledDown([{ level: "thcs" }, {}], 1, "level")[1]).toEqual({ level: "thcs" });
    expect(filledDown([{ level: "thcs" }], 0, "level")).toEqual([{ level: "thcs" }]);
  });

  test("filling to the end takes one cell to every row below that holds something", () => {
    const rows: Line[] = [{ n: 1, level: "thcs" }, { n: 2, level: "x" }, { n: 3 }, {}];
    expect(filledToEnd(rows, 0, "level").map((line) => line["level"])).toEqual(["thcs", "thcs", "thcs", undefined]);
  });

  test("yes and no as people write them", () => {
    const poor = field("poor", "bool", "Hộ nghèo");
    expect(["x", "Có", "KHÔNG", "không rõ"].map((text) => read(poor, text))).toEqual([true, true, false, "không rõ"]);
  });
});
