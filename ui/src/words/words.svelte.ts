// The language of the screen, and words in it.
import type { Words } from "../api/generated";
import { periodParts } from "../text/period";
import { en } from "./en";
import { vi, type Dictionary } from "./vi";

export type Language = "vi" | "en";

const dictionaries: Record<Language, Dictionary> = { vi, en };

class Current {
  language = $state<Language>("vi");
}

const current = new Current();

/** The dictionary of the current language; read inside markup it follows a switch. */
export function t(): Dictionary {
  return dictionaries[current.language];
}

export function language(): Language {
  return current.language;
}

export function setLanguage(wanted: string): void {
  current.language = wanted === "en" ? "en" : "vi";
  document.documentElement.lang = current.language;
}

/** The catalogue's own words in the current language; Vietnamese when the other is missing. */
export function say(words: Words): string {
  return words[current.language] || words.vi;
}

/** A period's label in words: `2018-Q4` → `Quý IV/2018`. */
export function periodName(label: string): string {
  const parts = periodParts(label);
  return parts ? t().period.name[parts.kind](parts.part, parts.year) : label;
}

/** For a name in the middle of a sentence: "Quý I/2026" becomes "quý I/2026"; "Q1 2026" is no word and stays. */
export function lowerFirst(text: string): string {
  return /^\p{Lu}\p{Ll}/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
