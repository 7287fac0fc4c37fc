import type { ListItemDto } from "../api/generated";
import { say } from "../words/words.svelte";
import type { Choice } from "./control";

/** Texts under which an entry of a code list is found. */
export function textsOf(item: ListItemDto): string[] {
  return [say(item.label), ...item.aliases];
}

/** Entries as choices; one under a parent names it. */
export function choicesOf(found: readonly ListItemDto[], items: readonly ListItemDto[]): Choice[] {
  return found.map((item) => {
    const parent = item.parent === null ? undefined : items.find((one) => one.code === item.parent);
    return { key: item.code, label: say(item.label), detail: parent && say(parent.label) };
  });
}
