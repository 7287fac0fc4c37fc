// Words to a commune: where its page is, and what is typed and not sent yet.
import { address } from "../state/router.svelte";
import { normal } from "../text/fold";
import type { Act } from "./hub";

/** Most bytes of a text, as the hub counts them. */
export const MAX_BYTES = 8_192;

export function communeAddress(unit: { code: string; valid_from: string }, query: Record<string, string | null> = {}): string {
  return address("commune", `${unit.code}@${unit.valid_from}`, query);
}

export function unitOf(id: string): { unit: string; valid_from: string } {
  const [unit = "", valid_from = ""] = id.split("@");
  return { unit, valid_from };
}

export function bytesOf(text: string): number {
  return new TextEncoder().encode(normal(text)).length;
}

/** What keeps a text from being sent: nothing written where something has to be, or too much. */
export function faultOf(act: Act, text: string): "missing" | "too_long" | null {
  if (act !== "accepted" && normal(text) === "") return "missing";
  return bytesOf(text) > MAX_BYTES ? "too_long" : null;
}

// A session that ends, or a look at the table, takes nothing away. Only in the page: it is gone with it.
const typed = new Map<string, string>();

export function typedFor(account: string, id: string): string {
  return typed.get(`${account}/${id}`) ?? "";
}

export function keepTyped(account: string, id: string, text: string): void {
  typed.set(`${account}/${id}`, text);
}

export function forgetWords(): void {
  typed.clear();
}
