// What a stick and a typed path are called.
import type { StickDto } from "../../api/generated";
import { t } from "../../words/words.svelte";

/** `USB KINGSTON (E:)`. */
export function stickName(stick: Pick<StickDto, "name" | "letter">): string {
  const name = t().files.stick(stick.name);
  return stick.letter === null ? name : `${name} (${stick.letter})`;
}

/** The stick that a path is on, else the folder that it is in. */
export function placeOf(path: string, sticks: StickDto[]): string {
  const stick = sticks.find((one) => path.startsWith(/[/\\]$/.test(one.path) ? one.path : `${one.path}/`));
  if (stick) return stickName(stick);
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return end <= 0 ? path : path.slice(0, end);
}

/** A path as it was typed or pasted: Windows copies one with quotes around it. */
export function cleanPath(typed: string): string {
  return typed.trim().replace(/^"(.*)"$/, "$1").trim();
}
