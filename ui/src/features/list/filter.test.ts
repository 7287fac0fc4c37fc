import { beforeAll, describe, expect, it } from "vitest";
import type { FieldDto, FilterDto, KindDto } from "../../api/generated";
import { catalogue } from "../../state/catalogue.svelte";
import { filterable, filterText, inOrder, isWhole, readFilters, writeFilters } from "./filter";
import { hasView, viewQuery } from "./views.svelte";

function field(id: string, type: FieldDto["type"], label: string, list: string | null = null): FieldDto {
  const words = { vi: label, en: label };
  return { id, type, label: words, help: words, required: false, personal: false, min: null, max: null, max_len: null, scale: 0, unit: null, list, ref_kind: null, default: null, columns: [] };
}

const born = field("birth_year", "year", "Năm sinh");
const ethnicity = field("ethnicity", "code", "Dân tộc", "ethnicity");
const branch = field("branch", "ref", "Chi hội");
const lonely = field("is_single", "bool", "Đơn thân");
const words = { vi: "Hội viên", en: "Member" };
const member: KindDto = {
  id: "member",
  group: "g",
  nature: "register",
  label: words,
  plural: words,
  help: words,
  date_field: "joined_on",
  title: ["full_name"],
  columns: ["birth_year"],
  fields: [branch, field("note", "long_text", "Ghi chú"), ethnicity, born, lonely],
  has_personal: true,
};

beforeAll(() => {
  const item = (code: string, label: string) => ({ code, label: { vi: label, en: label }, aliases: [], parent: null, valid_from: null, valid_to: null });
  const lists = [{ id: "ethnicity", label: words, items: [item("ta_oi", "Tà Ôi"), item("kinh", "Kinh")] }];
  catalogue.take({ version: 1, digest: "", kinds: [member], lists, indicators: [], calendars: [] } as unknown as Parameters<typeof catalogue.take>[0]); // only what is read here
});

describe("filters", () => {
  it("read as parts of a sentence", () => {
    const said = (of: FieldDto, op: FilterDto["op"], ...values: FilterDto["values"]) => filterText(of, { field: of.id, op, values }, { x: "A Hươr" });
    expect(said(branch, "is", "x")).toBe("chi hội A Hươr");
    expect(said(born, "between", 1980, 1990)).toBe("năm sinh từ 1980 đến 1990");
    expect(said(born, "between", 1980, null)).toBe("năm sinh từ 1980");
    expect(said(born, "between", null, 1990)).toBe("năm sinh đến 1990");
    expect(said(born, "between", 1985, 1985)).toBe("năm sinh 1985");
    expect(said(ethnicity, "is", "ta_oi", "kinh")).toBe("dân tộc Tà Ôi hoặc Kinh");
    expect(said(ethnicity, "is_not", "kinh")).toBe("dân tộc không phải Kinh");
    expect(said(branch, "empty")).toBe("chưa ghi chi hội");
    expect(said(lonely, "is", false)).toBe("đơn thân: không");
  });

  it("offer what can be looked for, the columns of the list first", () => {
    expect(filterable(member).map((one) => one.id)).toEqual(["birth_year", "branch", "ethnicity", "is_single"]);
  });

  it("come back from an address, without what is none", () => {
    const filters: FilterDto[] = [{ field: "birth_year", op: "between", values: [1980, null] }];
    expect(readFilters(writeFilters(filters), member)).toEqual(filters);
    expect(writeFilters([])).toBeNull();
    for (const text of ["", "{", "3", '[{"field":"note","op":"is","values":[]}]', '[{"field":"birth_year","op":"like","values":[]}]', '[null,{"field":1}]']) {
      expect(readFilters(text, member), text).toEqual([]);
    }
  });

  it("are whole when there is something to compare with", () => {
    expect(isWhole({ field: "birth_year", op: "between", values: [null, null] })).toBe(false);
    expect(isWhole({ field: "birth_year", op: "between", values: [null, 1990] })).toBe(true);
    expect(inOrder({ field: "birth_year", op: "between", values: [1990, 1980] }).values).toEqual([1980, 1990]);
    expect(inOrder({ field: "birth_year", op: "between", values: [1980, 1990] }).values).toEqual([1980, 1990]);
    expect(inOrder({ field: "birth_year", op: "between", values: [null, 1990] }).values).toEqual([null, 1990]);
    expect(isWhole({ field: "is_single", op: "is", values: [false] })).toBe(true);
    expect(isWhole({ field: "branch", op: "empty", values: [] })).toBe(true);
  });
});

describe("kept lists", () => {
  it("are one list in whatever order the address has its parts, on whichever page", () => {
    expect(viewQuery(new URLSearchParams("sort=title&q=lan&offset=50"))).toBe(viewQuery(new URLSearchParams("q=lan&sort=title")));
    expect(viewQuery(new URLSearchParams("offset=50"))).toBe("");
  });

  it("have one name each within their kind", () => {
    const views = [{ kind: "member", name: "Trẻ", query: "" }];
    expect([hasView(views, "member", " trẻ"), hasView(views, "model", "Trẻ"), hasView(views, "member", "Tre")]).toEqual([true, false, false]);
  });
});
