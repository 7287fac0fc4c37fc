// Finding a passage of the manual, with or without diacritics.
import { normal } from "../../text/fold";
import { searchKey, type Chapter } from "./manual";

export interface Hit {
  id: string;
  title: string;
  /** The passage that answers best; empty when the title does. */
  text: string;
}

/** How well a text holds all words of the query: one after the other is better, and with its diacritics best. */
function score(key: string, text: string, words: string[], asWritten: string): number {
  if (!words.every((word) => key.includes(` ${word}`))) return 0;
  if (text.toLowerCase().includes(asWritten)) return 3;
  return key.includes(` ${words.join(" ")}`) ? 2 : 1;
}

/** At most one hit a chapter: by its title first, then by the passage that fits best. */
export function find(chapters: readonly Chapter[], query: string): Hit[] {
  const words = searchKey(query).split(" ").filter(Boolean);
  if (words.length === 0) return [];
  const asWritten = normal(query).toLowerCase();
  const hits = chapters.map(({ id, title, passages }) => {
    const byTitle = score(searchKey(title), title, words, asWritten);
    if (byTitle > 0) return { id, title, text: "", score: 3 + byTitle };
    let best = { id, title, text: "", score: 0 };
    for (const { key, text } of passages) {
      const found = score(key, text, words, asWritten);
      if (found > best.score) best = { id, title, text, score: found };
    }
    return best;
  });
  return hits.filter((hit) => hit.score > 0).sort((a, b) => b.score - a.score).map(({ id, title, text }) => ({ id, title, text }));
}
