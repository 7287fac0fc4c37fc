// Where the card of the tour stands: beside what it points at, and never over it.

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const GAP = 12;

const within = (value: number, size: number, room: number) => Math.max(GAP, Math.min(value, room - size - GAP));

/** Below what it points at, else above, else beside; without a target, or without any room, in the lower corner. */
export function placeCard(target: Box | null, card: { width: number; height: number }, room: { width: number; height: number }): { left: number; top: number } {
  const corner = { left: within(room.width, card.width, room.width), top: within(room.height, card.height, room.height) };
  if (!target) return corner;
  const left = within(target.left, card.width, room.width);
  const below = target.top + target.height + GAP;
  if (below + card.height + GAP <= room.height) return { left, top: below };
  const above = target.top - GAP - card.height;
  if (above >= GAP) return { left, top: above };
  const top = within(target.top, card.height, room.height);
  const right = target.left + target.width + GAP;
  if (right + card.width + GAP <= room.width) return { left: right, top };
  const before = target.left - GAP - card.width;
  return before >= GAP ? { left: before, top } : corner;
}
