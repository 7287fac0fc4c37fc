// Rows and cells out of what a clipboard holds: a selection of Excel, a table of Word, lines of a text.

/** A text of cells apart by tabs and rows apart by line ends; quoted cells may hold both. */
export function readTabs(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  const end = () => {
    rows.at(-1)?.push(tidy(cell));
    cell = "";
  };
  const source = text.replace(/\r\n?/g, "\n");
  for (let at = 0; at < source.length; at++) {
    const letter = source[at] ?? "";
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (source[at + 1] === '"') cell += source[at++];
      else quoted = false;
    } else if (letter === '"' && cell === "" && closes(source, at)) quoted = true;
    else if (letter === "\t") end();
    else if (letter === "\n") {
      end();
      rows.push([]);
    } else cell += letter;
  }
  end();
  return filled(rows);
}

// Excel quotes a cell whole. A name that only begins with a quotation mark is left as it is.
function closes(source: string, at: number): boolean {
  for (let next = at + 1; next < source.length; next++) {
    if (source[next] !== '"') continue;
    if (source[next + 1] === '"') next++;
    else return next + 1 === source.length || "\t\n".includes(source[next + 1] ?? "");
  }
  return false;
}

/** The tables of a page one below the other, as Word and the web put them on the clipboard; null when there is none.
 * One that stands in a cell of another is a part of that cell. */
export function readTable(page: Document): string[][] | null {
  const tables = [...page.querySelectorAll("table")].filter((table) => !table.parentElement?.closest("table"));
  if (tables.length === 0) return null;
  const rows = tables.flatMap((table) => [...table.rows]).map((row) =>
    [...row.cells].flatMap((cell) => [textOf(cell), ...Array<string>(Math.min(cell.colSpan, 64) - 1).fill("")]),
  );
  return filled(rows);
}

const APART = "br, p, div, li, h1, h2, h3, h4, h5, h6, tr, td, th, caption";

/** A cell's text as it is seen: what stands on lines of their own does not run together. */
function textOf(cell: HTMLTableCellElement): string {
  const copy = cell.cloneNode(true) as HTMLTableCellElement; // a copy is of the same sort
  for (const one of copy.querySelectorAll("style, script")) one.remove();
  for (const one of copy.querySelectorAll(APART)) {
    one.before(" ");
    one.after(" ");
  }
  return tidy(copy.textContent ?? "");
}

function tidy(cell: string): string {
  return cell.normalize("NFC").replace(/[\s\u00a0]+/g, " ").trim();
}

/** Without the empty rows at the end, and all rows as long as the longest. */
function filled(rows: string[][]): string[][] {
  const last = rows.findLastIndex((row) => row.some((cell) => cell !== ""));
  const kept = rows.slice(0, last + 1);
  const n_columns = Math.max(0, ...kept.map((row) => row.length));
  return kept.map((row) => [...row, ...Array<string>(n_columns - row.length).fill("")]);
}

/** What is on the clipboard as rows; null for a single piece of text, which is pasted as always. */
export function readClipboard(html: string, text: string): string[][] | null {
  const table = html.includes("<table") ? readTable(new DOMParser().parseFromString(html, "text/html")) : null;
  if (table !== null && table.length > 0) return table;
  if (!/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""))) return null;
  const rows = readTabs(text);
  return rows.length > 0 ? rows : null;
}
