import type { ErrorBody } from "../api/generated";
import { errorBody } from "../api/transport";

/** So many rows are asked for at once. */
export const PIECE = 50;
/** So many pieces stay; those far from the view go first. */
const KEPT = 40;

/** The piece that a row is in. */
export const pieceAt = (row: number, piece = PIECE) => ({ offset: Math.floor(row / piece) * piece, limit: piece });

interface Answer<R> {
  rows: R[];
  n_total: number;
}

/** A long list that is asked for in pieces, where it is looked at; one question is on its way at a time. */
export class Pages<R, A extends Answer<R>> {
  /** The newest answer; null before the first. */
  answer = $state.raw<A | null>(null);
  failure = $state.raw<ErrorBody | null>(null);
  #pieces = $state.raw<ReadonlyMap<number, A>>(new Map());
  #question: ((offset: number, limit: number) => A | Promise<A>) | null = null;
  #wanted: readonly [number, number] = [0, 1];
  /** Which of the questions is asked, and which the pieces answer. */
  #turn = 0;
  #of = 0;
  #asking = 0;

  constructor(readonly piece: number = PIECE) {}

  get n_total(): number {
    return this.answer?.n_total ?? 0;
  }

  /** A row and the answer that it came with; undefined while it is on its way. */
  at(index: number): { row: R; of: A } | undefined {
    const of = this.#pieces.get(Math.floor(index / this.piece));
    const row = of?.rows[index % this.piece];
    return of && row !== undefined ? { row, of } : undefined;
  }

  /** Asks another question, first for what is at a row; without one the same anew, for what is looked at. What there
   * is stays until the answer comes. */
  run(question: (offset: number, limit: number) => A | Promise<A>, first?: number): void {
    this.#turn += 1;
    this.#question = question;
    if (first !== undefined) this.#wanted = [first, first + 1];
    void this.#ask(this.#turn);
  }

  /** Says which rows are looked at: from the first to before the end. */
  need(first: number, end: number): void {
    this.#wanted = [first, end];
    if (this.#asking !== this.#turn) void this.#ask(this.#turn);
  }

  #missing(): number | undefined {
    const [first, end] = this.#wanted;
    const from = Math.floor(first / this.piece);
    if (this.#of !== this.#turn) return from;
    const to = Math.floor(Math.max(first, end - 1) / this.piece);
    for (let piece = from; piece <= to; piece += 1) if (!this.#pieces.has(piece)) return piece;
    return undefined;
  }

  async #ask(turn: number): Promise<void> {
    this.#asking = turn;
    try {
      for (let piece = this.#missing(); piece !== undefined && this.#question; piece = this.#missing()) {
        const asked = this.#question(piece * this.piece, this.piece);
        const answer = asked instanceof Promise ? await asked : asked;
        if (turn !== this.#turn) return;
        this.#take(piece, answer);
      }
    } catch (thrown) {
      if (turn === this.#turn) this.failure = errorBody(thrown);
    } finally {
      if (this.#asking === turn) this.#asking = 0;
    }
  }

  #take(piece: number, answer: A): void {
    // With records that came or went meanwhile, pieces from before and after do not fit beside each other.
    const fits = this.#of === this.#turn && answer.n_total === this.answer?.n_total;
    const pieces = new Map(fits ? this.#pieces : []);
    pieces.set(piece, answer);
    if (pieces.size > KEPT) {
      const middle = (this.#wanted[0] + this.#wanted[1]) / 2 / this.piece;
      const far = [...pieces.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
      for (const one of far.slice(0, pieces.size - KEPT)) pieces.delete(one);
    }
    this.#of = this.#turn;
    this.#pieces = pieces;
    this.answer = answer;
    this.failure = null;
  }
}
