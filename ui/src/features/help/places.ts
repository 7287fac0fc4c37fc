// Which chapter of the manual a page belongs to.

/** By the number that the chapter's anchor begins with, so that a title may change. */
const numbers: Record<string, number> = {
  start: 1,
  unlock: 2,
  home: 3,
  new: 3,
  table: 3,
  edit: 6,
  kind: 5,
  behind: 7,
  record: 6,
  progress: 7,
  sync: 9,
  settings: 12,
};

export const pagesWithHelp = Object.keys(numbers);

/** The chapter of a page; the first one for a page that has none. */
export function chapterOf(page: string, ids: readonly string[]): string {
  const number = numbers[page] ?? 1;
  return ids.find((id) => id.startsWith(`${number}-`)) ?? ids[0] ?? "";
}
