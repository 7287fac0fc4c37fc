// What reaches a window when an officer types with Unikey (Telex): a pure function, so that its own test can hold it.
//
// Unikey and its kin (OpenKey, EVKey) sit in a hook of Windows before every program. A key that only adds its letter
// goes through. A key that changes what stands there is swallowed; in its place come events that take back the
// letters from the first changed one on, and then the new ones. How they are taken back and put in differs.

/** How letters are taken back and put in again. */
export type Way =
  /** Unikey's own: Backspaces, then each letter by SendInput with KEYEVENTF_UNICODE. */
  | "backspace"
  /** "Always use the clipboard for Unicode": Backspaces, then Shift+Insert. */
  | "clipboard"
  /** A fix for Chromium's address bar: the last letter is selected by Shift+Left, further ones go by Backspace. */
  | "selection"
  /** The same fix otherwise: an invisible letter first, which ends any completion, and one Backspace more. */
  | "empty letter";

export const WAYS: readonly Way[] = ["backspace", "clipboard", "selection", "empty letter"];

export type Stroke =
  | { do: "key"; key: string }
  | { do: "backspace" }
  | { do: "select" }
  | { do: "unicode"; letter: string }
  | { do: "paste"; text: string };

const TONES: Record<string, string> = { f: "\u0300", s: "\u0301", r: "\u0309", x: "\u0303", j: "\u0323" };
const TWICE: Record<string, string> = { a: "â", e: "ê", o: "ô", d: "đ" };
const HORN: Record<string, string> = { a: "ă", o: "ơ", u: "ư" };
const VOWELS = "aăâeêioôơuưy";
const MARKED = "ăâêôơư";
/** Narrow no-break space: shows nothing, and no completion begins with it. */
const EMPTY_LETTER = "\u202f";

/** A word while it is typed: its letters without the tone, and the tone. */
interface Word {
  letters: string[];
  tone: string;
}

/** Where the tone stands: on the marked vowel; else before an end, or on the last but one of an open word. */
function toned(letters: readonly string[]): number {
  const isVowel = (at: number) => VOWELS.includes(letters[at] ?? " ");
  let first = letters.findIndex((_, at) => isVowel(at));
  if (first < 0) return -1;
  let last = first;
  while (isVowel(last + 1)) last++;
  // "qu" and "gi" before a vowel are consonants.
  const head = `${letters[first - 1] ?? ""}${letters[first] ?? ""}`;
  if (last > first && (head === "qu" || head === "gi")) first++;
  for (let at = last; at >= first; at--) if (MARKED.includes(letters[at] ?? " ")) return at;
  if (last === first) return first;
  return last < letters.length - 1 ? last : last - 1;
}

function written({ letters, tone }: Word): string {
  const at = toned(letters);
  return letters.map((letter, n) => (n === at ? (letter + tone).normalize("NFC") : letter)).join("");
}

/** The word after one more key of Telex. */
function after(word: Word, key: string): Word {
  const { letters, tone } = word;
  const added = { letters: [...letters, key], tone };
  const changed = (at: number, letter: string) => ({ letters: letters.with(at, letter), tone });
  const mark = TONES[key];
  if (mark !== undefined) return letters.some((letter) => VOWELS.includes(letter)) ? { letters, tone: mark } : added;
  if (key === "w") {
    const at = letters.findLastIndex((letter) => letter in HORN);
    const horned = HORN[letters[at] ?? ""];
    if (horned === undefined) return added;
    // "uow" is "ươ".
    return horned === "ơ" && letters[at - 1] === "u" ? { letters: letters.with(at, horned).with(at - 1, "ư"), tone } : changed(at, horned);
  }
  const twice = TWICE[key];
  const at = letters.lastIndexOf(key);
  return twice !== undefined && at >= 0 ? changed(at, twice) : added;
}

function replaced(way: Way, n_back: number, text: string): Stroke[] {
  const back = (n: number): Stroke[] => Array.from({ length: n }, () => ({ do: "backspace" }) as const);
  const letters: Stroke[] = [...text].map((letter) => ({ do: "unicode", letter }));
  switch (way) {
    case "backspace":
      return [...back(n_back), ...letters];
    case "clipboard":
      return [...back(n_back), { do: "paste", text }];
    case "selection":
      // One letter is written over; of several the first Backspace takes the selected one.
      return [{ do: "select" }, ...back(n_back === 1 ? 0 : n_back), ...letters];
    case "empty letter":
      return [{ do: "unicode", letter: EMPTY_LETTER }, ...back(n_back + 1), ...letters];
  }
}

/** The events of each of `keys`, small letters and spaces as they lie on the keyboard: Windows gets them at one go. */
export function strokesByKey(keys: string, way: Way = "backspace"): Stroke[][] {
  let word: Word = { letters: [], tone: "" };
  return [...keys].map((key): Stroke[] => {
    if (!/^[a-z]$/.test(key)) {
      word = { letters: [], tone: "" };
      return [{ do: "key", key }];
    }
    const before = [...written(word)];
    word = after(word, key);
    const now = [...written(word)];
    const same = now.findIndex((letter, at) => letter !== before[at]);
    const kept = same < 0 ? now.length : same;
    const n_back = before.length - kept;
    return n_back === 0 ? [{ do: "key", key }] : replaced(way, n_back, now.slice(kept).join(""));
  });
}

/** The events of typing `keys`. */
export const strokes = (keys: string, way: Way = "backspace"): Stroke[] => strokesByKey(keys, way).flat();

/** What stands in an empty field after each of the events that changed it. */
export function texts(events: readonly Stroke[]): string[] {
  let text: string[] = [];
  let n_selected = 0;
  const seen: string[] = [];
  for (const event of events) {
    if (event.do === "select") {
      n_selected++;
      continue;
    }
    const n_gone = event.do === "backspace" ? Math.max(1, n_selected) : n_selected;
    const put = event.do === "backspace" ? "" : event.do === "key" ? event.key : event.do === "paste" ? event.text : event.letter;
    text = [...text.slice(0, text.length - n_gone), ...put];
    n_selected = 0;
    seen.push(text.join(""));
  }
  return seen;
}
