import type { ErrorBody } from "../api/generated";
import { errorBody } from "../api/transport";

type Parts<T> = { [K in keyof T]: T[K] | Promise<T[K]> };

/** All of them, at once when none is on its way. */
export function together<T extends readonly unknown[]>(...parts: Parts<T>): T | Promise<T> {
  if (parts.some((part) => part instanceof Promise)) return Promise.all(parts) as unknown as Promise<T>;
  return parts as unknown as T;
}

/** What is made of an answer, at once when it is there. */
export function after<T, R>(answer: T | Promise<T>, make: (answer: T) => R): R | Promise<R> {
  return answer instanceof Promise ? answer.then(make) : make(answer);
}

/** Something asked for: what came, what went wrong, and whether it is still on its way. */
export class Load<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<ErrorBody | null>(null);
  loading = $state(false);
  #turn = 0;

  /** Asks; the answer to an older question is dropped. Resolves to whether this one came. What is known already is
   * there when this returns. */
  async run(question: () => T | Promise<T>): Promise<boolean> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const answer = question();
      const value = answer instanceof Promise ? await answer : answer;
      if (turn !== this.#turn) return false;
      this.value = value;
      this.failure = null;
      return true;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = errorBody(thrown);
      return false;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}
