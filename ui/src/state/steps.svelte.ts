// Undo and redo of what is being written, before any of it is saved.

const MAX_STEPS = 100;

export class Steps<T> {
  #undo = $state.raw<T[]>([]);
  #redo = $state.raw<T[]>([]);
  #typing: string | null = null;

  constructor(
    private readonly now: () => T,
    private readonly restore: (to: T) => void,
  ) {}

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  /** To be said before each change. Letters typed under one name are one step, until they are settled. */
  note(typing: string | null = null): void {
    if (typing === null || typing !== this.#typing) this.#undo = [...this.#undo, this.now()].slice(-MAX_STEPS);
    this.#redo = [];
    this.#typing = typing;
  }

  settle(): void {
    this.#typing = null;
  }

  clear(): void {
    this.#undo = [];
    this.#redo = [];
    this.#typing = null;
  }

  undo(): void {
    const to = this.#undo.at(-1);
    if (to === undefined) return;
    this.#undo = this.#undo.slice(0, -1);
    this.#redo = [...this.#redo, this.now()];
    this.#typing = null;
    this.restore(to);
  }

  redo(): void {
    const to = this.#redo.at(-1);
    if (to === undefined) return;
    this.#redo = this.#redo.slice(0, -1);
    this.#undo = [...this.#undo, this.now()];
    this.#typing = null;
    this.restore(to);
  }
}
