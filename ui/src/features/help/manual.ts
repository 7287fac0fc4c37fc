// The manual's text (Markdown, as this repository writes it) as chapters for the window. Runs when the pages are built.
import { fold } from "../../text/fold.ts";

export interface Chapter {
  /** As the manual's own links name it. */
  id: string;
  title: string;
  html: string;
  /** What is searched in. */
  passages: Passage[];
}

export interface Passage {
  text: string;
  key: string;
}

/** Folded words with a space before each; what stands between words is no part of them. */
export const searchKey = (text: string) => ` ${fold(text).replace(/[^\p{L}\p{N}]+/gu, " ")}`;

/** The anchor of a heading, by GitHub's rule, which the manual's links follow. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** Links stay inside of the manual: the window opens no other address. */
function link(_whole: string, words: string, target: string): string {
  return target.startsWith("#") ? `<a href="#/help/${encodeURIComponent(target.slice(1))}">${words}</a>` : words;
}

/** What stands inside a line. */
export function inline(text: string): string {
  const parts = escaped(text).split(/(`[^`]+`)/);
  return parts
    .map((part) => {
      if (part.startsWith("`") && part.length > 2) return `<code>${part.slice(1, -1)}</code>`;
      return part
        .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
        .replace(/\*([^*]+)\*/g, "<em>$1</em>")
        .replace(/\[([^\]]+)\]\(([^)]+)\)/g, link);
    })
    .join("");
}

const plain = (text: string) => text.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1").replace(/[*`]/g, "").trim();

const cells = (row: string) => row.replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

type Block = { html: string; texts: string[]; n_lines: number };

function table(lines: string[]): Block {
  const rows = lines.slice(0, lines.findIndex((line) => !line.startsWith("|")));
  const [head = "", , ...body] = rows;
  const row = (tag: string) => (line: string) => `<tr>${cells(line).map((cell) => `<${tag}>${inline(cell)}</${tag}>`).join("")}</tr>`;
  const html = `<div class="wide"><table><thead>${row("th")(head)}</thead><tbody>${body.map(row("td")).join("")}</tbody></table></div>`;
  return { html, texts: body.map((line) => cells(line).map(plain).join(" – ")), n_lines: rows.length };
}

function code(lines: string[]): Block {
  const end = lines.indexOf("```", 1);
  return { html: `<pre>${escaped(lines.slice(1, end).join("\n"))}</pre>`, texts: [], n_lines: end + 1 };
}

const ITEM = /^(?:(-)|(\d+)\.) (.*)$/;

/** A list; what is indented below an item belongs to it. */
function list(lines: string[]): Block {
  const ordered = /^\d/.test(lines[0] ?? "");
  const items: string[] = [];
  const texts: string[] = [];
  let at = 0;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const item = ITEM.exec(line);
    const more = /^\s{2,}(\S.*)$/.exec(line)?.[1];
    if (item && ordered === (item[2] !== undefined)) {
      items.push(inline(item[3] ?? ""));
      texts.push(plain(item[3] ?? ""));
    } else if (more !== undefined && items.length > 0) {
      items[items.length - 1] += `<p>${inline(more)}</p>`;
      texts.push(plain(more));
    } else if (line !== "" || !/^\s{2,}\S/.test(lines[at + 1] ?? "")) break;
  }
  const tag = ordered ? "ol" : "ul";
  return { html: `<${tag}>${items.map((item) => `<li>${item}</li>`).join("")}</${tag}>`, texts, n_lines: at };
}

function paragraph(lines: string[]): Block {
  const end = lines.findIndex((line) => line === "");
  const own = lines.slice(0, Math.max(1, end));
  const text = own.join(" ");
  return { html: `<p>${inline(text)}</p>`, texts: [plain(text)], n_lines: own.length };
}

const PICTURE = /^!\[([^\]]+)\]\(([^)]+)\)$/;

/** A picture with its words below: they say what is to be seen, so those who do not see it miss nothing. */
function picture(words: string, file: string): Block {
  return { html: `<figure><img src="${escaped(file)}" alt="" loading="lazy"><figcaption>${inline(words)}</figcaption></figure>`, texts: [plain(words)], n_lines: 1 };
}

/** Files of the pictures, as the manual names them. */
export const pictures = (markdown: string) => [...new Set(markdown.split("\n").flatMap((line) => PICTURE.exec(line)?.[2] ?? []))];

function block(lines: string[]): Block {
  const first = lines[0] ?? "";
  if (first === "") return { html: "", texts: [], n_lines: 1 };
  if (first.startsWith("### ")) {
    const title = first.slice(4);
    return { html: `<h3 id="${anchor(title)}">${inline(title)}</h3>`, texts: [plain(title)], n_lines: 1 };
  }
  const [, words, file] = PICTURE.exec(first) ?? [];
  if (words !== undefined && file !== undefined) return picture(words, file);
  if (first.startsWith("|")) return table(lines);
  if (first.startsWith("```")) return code(lines);
  return ITEM.test(first) ? list(lines) : paragraph(lines);
}

function chapter(text: string): Chapter {
  const lines = [...text.split("\n").map((line) => line.trimEnd()), ""];
  const title = lines.shift() ?? "";
  let html = "";
  const texts: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const made = block(lines.slice(at));
    html += made.html;
    texts.push(...made.texts);
    at += Math.max(1, made.n_lines);
  }
  return { id: anchor(title), title: plain(title), html, passages: texts.map((one) => ({ text: one, key: searchKey(one) })) };
}

/** The chapters of the manual: its headings of the second level. */
export function chapters(markdown: string): Chapter[] {
  return markdown.normalize("NFC").split(/^## /m).slice(1).map(chapter);
}
