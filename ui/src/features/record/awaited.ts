// A record that another form waits for: a branch that is not there yet, made on the way, comes back into the field that
// asked for it.
import type { KindDto } from "../../api/generated";
import type { Route } from "../../state/router.svelte";
import type { Values } from "./values";

interface Awaited {
  /** Of the form that waits. */
  from: Route;
  /** Id of its control. */
  control: string;
  kind: string;
  /** What was typed there, which is most of a name. */
  typed: string;
  made: string | null;
}

let awaited: Awaited | null = null;

export function awaitRecord(from: Route, control: string, kind: string, typed: string): void {
  awaited = { from, control, kind, typed: typed.trim(), made: null };
}

/** What a form begins with beside its own defaults, when another waits for its record. */
export function typedFor(kind: KindDto, from: Route | null): Values {
  const field = kind.fields.find((one) => one.id === kind.title[0]);
  const isFor = awaited !== null && awaited.kind === kind.id && awaited.from === from && awaited.made === null;
  return isFor && awaited !== null && field?.type === "text" && awaited.typed !== "" ? { [field.id]: awaited.typed } : {};
}

/** Gives a record to the form that waited for it, and says whether there was one: the way now leads back to it. */
export function giveBack(kind: string, id: string, from: Route | null): boolean {
  if (awaited === null || awaited.kind !== kind || awaited.from !== from) return false;
  awaited.made = id;
  return true;
}

/** What came for a form that waited, once; whatever else was awaited is not any more. */
export function takeMade(route: Route): { control: string; id: string } | null {
  const came = awaited;
  if (came === null || came.from.page !== route.page || came.from.id !== route.id) return null;
  awaited = null;
  return came.made === null ? null : { control: came.control, id: came.made };
}
