// Which rows of a long table are drawn: those in view, a few beside them, and the one that the caret is in. All rows
// are of one height, so that all of this is arithmetic, and a list of 100,000 costs what its window costs.

/** Where a list was left; going back finds it there. */
export interface Place {
  /** Pixels that are scrolled away. */
  top: number;
  /** The first row that is drawn there. */
  first: number;
  /** The row that the keyboard is at. */
  caret: number;
  /** Whether the keyboard has been in the rows. */
  held: boolean;
}

export const atTop = (): Place => ({ top: 0, first: 0, caret: 0, held: false });

export interface View {
  /** Pixels that are scrolled away, and those of the window. */
  top: number;
  height: number;
  /** Height of a row. */
  row: number;
}

/** The first row that is drawn, and the one after the last: those in view and at least so many `beside` them. Ends go
 * by steps of as many rows, so that scrolling draws several at once and then none for a while. */
export function drawn({ top, height, row }: View, n: number, beside: number): [number, number] {
  const step = Math.max(1, beside);
  const first = (Math.floor(top / row / step) - (beside > 0 ? 1 : 0)) * step;
  const end = (Math.ceil((top + height) / row / step) + (beside > 0 ? 1 : 0)) * step;
  const [low, high] = [Math.min(Math.max(0, first), Math.max(0, n - 1)), Math.min(n, Math.max(1, end))];
  return [low, Math.max(low, high)];
}

/** A row, or so many rows that are not drawn. */
export type Part = { row: number } | { gap: number; before: number };

/** The drawn rows and the room between them. The row with the caret is always there, or the focus would be lost. */
export function parts([first, end]: readonly [number, number], n: number, caret: number): Part[] {
  const rows = Array.from({ length: end - first }, (_, at) => first + at);
  if (caret >= 0 && caret < first) rows.unshift(caret);
  else if (caret >= end && caret < n) rows.push(caret);
  const all: Part[] = [];
  let next = 0;
  for (const row of rows) {
    if (row > next) all.push({ gap: row - next, before: row });
    all.push({ row });
    next = row + 1;
  }
  if (next < n) all.push({ gap: n - next, before: n });
  return all;
}

/** The row that a key leads to; null for a key that leads nowhere. */
export function led(key: string, at: number, n: number, page: number): number | null {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -n, End: n };
  const step = steps[key];
  return step === undefined || n === 0 ? null : Math.min(n - 1, Math.max(0, at + step));
}

/** How far to scroll so that a row is in view; as it is when it is there already. */
export function reaching({ top, height, row }: View, to: number): number {
  if (to * row < top) return to * row;
  return Math.max(top, (to + 1) * row - height);
}
