import { describe, expect, test } from "vitest";
import glossary from "../../../../docs/glossary.md?raw";
import markdown from "../../../../docs/vi/huong-dan.md?raw";
import { anchor, chapters, pictures } from "./manual";
import { chapterOf, pagesWithHelp } from "./places";
import { find } from "./search";

const manual = chapters(markdown);
const ids = manual.map((one) => one.id);

describe("the manual", () => {
  test("has the chapters that its own list of contents names", () => {
    const listed = [...markdown.matchAll(/^\d+\. \[[^\]]+\]\(#([^)]+)\)$/gm)].map((link) => link[1]);
    expect(listed.length).toBeGreaterThan(10);
    expect(ids).toEqual(listed);
  });

  test("loses no word on its way into the window", () => {
    const words = (text: string) => text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
    const shown = manual.map((one) => `${one.title} ${one.html.replace(/<[^>]+>/g, " ").replace(/&\w+;/g, " ")}`).join(" ");
    const own = markdown.slice(markdown.indexOf("\n## ")).replace(/\]\([^)]+\)/g, "]").replace(/^```.*$/gm, "").replace(/^\d+\. /gm, "");
    expect(words(shown)).toEqual(words(own));
    expect(shown).not.toContain("**");
  });

  test("shows tables, lists within lists, code and links of its own", () => {
    const [made] = chapters("# M\n\n## 1. Gửi\n\n1. Cắm **USB**.\n\n   Xem `a|b`.\n2. Rút\n\n| a | b |\n|---|---|\n| <x> | [đây](#2-tìm) |\n\n```text\na  b\n```\n");
    expect(made?.html).toBe(
      '<ol><li>Cắm <strong>USB</strong>.<p>Xem <code>a|b</code>.</p></li><li>Rút</li></ol><div class="wide"><table><thead><tr><th>a</th><th>b</th></tr></thead>' +
        `<tbody><tr><td>&lt;x&gt;</td><td><a href="#/help/${encodeURIComponent("2-tìm")}">đây</a></td></tr></tbody></table></div><pre>a  b</pre>`,
    );
    expect(anchor("4. Mất điện giữa chừng: phiếu viết dở")).toBe("4-mất-điện-giữa-chừng-phiếu-viết-dở");
  });

  test("shows pictures with their words, and knows their files", () => {
    const text = "# M\n\n## 1. Gửi\n\n![Nút **Gửi**](hinh/gui.png)\n\n![Khi \"xong\"](hinh/gui.png)\n";
    const figure = (words: string) => `<figure><img src="hinh/gui.png" alt="" loading="lazy"><figcaption>${words}</figcaption></figure>`;
    expect(chapters(text)[0]?.html).toBe(figure("Nút <strong>Gửi</strong>") + figure("Khi &quot;xong&quot;"));
    expect(pictures(text)).toEqual(["hinh/gui.png"]);
    expect(pictures(markdown).length).toBeGreaterThan(7);
  });

  test("every page has a chapter", () => {
    for (const page of pagesWithHelp) expect(ids).toContain(chapterOf(page, ids));
    expect(chapterOf("sync", ids)).toBe("9-gửi-lên-tỉnh");
    expect(chapterOf("somewhere", ids)).toBe(ids[0]);
  });

  test("explains every word of records and of the program that the glossary has", () => {
    const part = glossary.slice(glossary.indexOf("## Records and numbers"), glossary.indexOf("## Words of the design"));
    const terms = (text: string) => [...text.matchAll(/^\| ([^|]+) \|/gm)].map((row) => row[1]).filter((term) => term !== "Vietnamese" && term !== "từ");
    const explained = markdown.slice(markdown.indexOf("\n## 17. "));
    expect(terms(part).length).toBeGreaterThan(30);
    expect(terms(explained).sort()).toEqual(terms(part).sort());
  });
});

describe("searching the manual", () => {
  const first = (query: string) => find(manual, query)[0];

  test("needs no diacritics and finds a title first", () => {
    expect(first("ma khoi phuc")?.id).toBe("2-mã-pin-và-mã-khôi-phục");
    expect(first("mã khôi phục")?.id).toBe("2-mã-pin-và-mã-khôi-phục");
    expect(first("SAO LUU")?.id).toBe("11-sao-lưu");
  });

  test("finds a passage and shows it", () => {
    expect(first("tep ho tro")?.id).toBe("12-cài-đặt-và-kiểm-tra-sổ");
    expect(first("heic")?.text).toContain("iPhone");
    expect(find(manual, "rut usb an toan").map((hit) => hit.id)).toEqual(["10-khi-không-có-mạng"]);
  });

  test("finds nothing for nothing", () => {
    expect([find(manual, "  "), find(manual, "xyzzy")]).toEqual([[], []]);
  });
});
