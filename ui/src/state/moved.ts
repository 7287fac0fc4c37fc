// Records get other ids when this register was copied or restored from a backup and goes on by a number of its
// own. Whoever holds an id while the window is open hears of it here.
import type { MovedDto } from "../api/generated";

export type NewIds = ReadonlyMap<string, string>;

const listeners = new Set<(ids: NewIds) => void>();

export function onMoved(heard: (ids: NewIds) => void): () => void {
  listeners.add(heard);
  return () => void listeners.delete(heard);
}

export function tellMoved(moved: readonly MovedDto[]): void {
  if (moved.length === 0) return;
  const ids = new Map(moved.map(({ from, to }) => [from, to]));
  for (const heard of [...listeners]) heard(ids);
}

/** The same values with new ids in the place of old ones, also inside of tables. */
export function withNewIds<T>(value: T, ids: NewIds): T {
  if (typeof value === "string") return (ids.get(value) ?? value) as T;
  if (Array.isArray(value)) return value.map((item) => withNewIds(item, ids)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNewIds(item, ids)])) as T;
}
