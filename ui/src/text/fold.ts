/** Text as it is stored and compared: composed (NFC), trimmed at both ends. */
export function normal(text: string): string {
  return text.normalize("NFC").trim();
}

/** Search key: lower case, without marks, đ as d. Same rule as the register's own. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .replace(/đ/g, "d")
    .replace(/\s+/g, " ")
    .trim();
}

/** How well a label answers a query: higher is better, 0 is not at all. */
export function rank(label: string, query: string): number {
  const wanted = normal(query).toLowerCase();
  if (wanted === "") return 1;
  const plain = normal(label).toLowerCase();
  const folded = fold(label);
  const key = fold(query);
  if (plain.startsWith(wanted)) return 6;
  if (folded.startsWith(key)) return 5;
  if (` ${plain}`.includes(` ${wanted}`)) return 4;
  if (` ${folded}`.includes(` ${key}`)) return 3;
  if (folded.includes(key)) return 2;
  const words = key.split(" ");
  return words.every((word) => folded.includes(word)) ? 1 : 0;
}

const collator = new Intl.Collator("vi", { numeric: true });

/** The choices that answer a query, best first, then in the order they were given. */
export function matching<T>(items: readonly T[], query: string, textsOf: (item: T) => readonly string[]): T[] {
  if (normal(query) === "") return [...items];
  return items
    .map((item, place) => ({ item, place, rank: Math.max(0, ...textsOf(item).map((text) => rank(text, query))) }))
    .filter((hit) => hit.rank > 0)
    .sort((a, b) => b.rank - a.rank || a.place - b.place)
    .map((hit) => hit.item);
}

/** Order of the Vietnamese alphabet and tones. */
export function compareVi(a: string, b: string): number {
  return collator.compare(a, b);
}
