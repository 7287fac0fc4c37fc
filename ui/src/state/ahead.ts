// What a page needs first is asked for before the page is there. It comes with its data then, in one piece, instead of
// grey bars that are laid out, painted and thrown away a moment later.
import type { Command, Req, Res } from "../api/transport";
import { ask } from "./session.svelte";

/** Longer than this nobody should look at an empty place: the page comes and waits for its data itself. */
const PATIENCE_MS = 100;

export type Question = { [C in Command]: readonly [C, Req<C>] }[Command];

interface Asked {
  promise: Promise<unknown>;
  answer?: { value: unknown };
}

const asked = new Map<string, Asked>();
const keyOf = (command: Command, request: unknown) => `${command} ${JSON.stringify(request)}`;

/** Asks, and resolves when all answers are there or have been waited for long enough. What was asked for another page
 * is forgotten. */
export function askAhead(questions: readonly Question[]): Promise<void> {
  asked.clear();
  const promises = questions.map(([command, request]) => {
    const promise = ask(command, request);
    const one: Asked = { promise };
    asked.set(keyOf(command, request), one);
    // A failure is for the page, which asks again when it comes.
    return promise.then((value: unknown) => void (one.answer = { value }), () => undefined);
  });
  const patience = new Promise<void>((go) => setTimeout(go, PATIENCE_MS));
  return Promise.race([Promise.all(promises).then(() => undefined), patience]);
}

/** What the page has not taken when it is there is old when it is wanted later. */
export function forgetAhead(): void {
  asked.clear();
}

/** The answer that was asked for ahead, once, and at once when it is there; otherwise it is asked for now. */
export function askFirst<C extends Command>(command: C, request: Req<C>): Res<C> | Promise<Res<C>> {
  const key = keyOf(command, request);
  const one = asked.get(key);
  asked.delete(key);
  if (one === undefined) return ask(command, request);
  // What is kept under a question is its answer.
  return one.answer ? (one.answer.value as Res<C>) : (one.promise as Promise<Res<C>>);
}
