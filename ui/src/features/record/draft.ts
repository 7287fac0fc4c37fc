// A draft is written while the officer types, one save at a time, and is gone once the record is saved.
import type { DraftSaveReq } from "../../api/generated";
import type { Values } from "./values";

export interface DraftCalls {
  save(req: DraftSaveReq): Promise<unknown>;
  /** Takes away what was kept, when nothing is left of it. */
  drop(id: string): Promise<unknown>;
  /** Throws away what was kept. */
  discard(kept: DraftSaveReq): Promise<unknown>;
  failed(thrown: unknown): void;
}

export interface DraftOf {
  id: string;
  kind: string;
  record_id: string | null;
}

const PAUSE_MS = 400;

/** All that may still have something to write. */
const keepers = new Set<DraftKeeper>();

/** Writes what is pending in any form, before the register is closed. False when some of it could not be written. */
export async function writeDrafts(): Promise<boolean> {
  await Promise.all([...keepers].map((keeper) => keeper.flush()));
  return [...keepers].every((keeper) => !keeper.isPending);
}

export class DraftKeeper {
  /** What is to be written; in it, null is that nothing is left. */
  #pending: { values: Values | null } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #settled = false;
  #kept: Values | null;
  #writing = false;

  /** `kept` is what was written under this id before. */
  constructor(
    public of: DraftOf,
    kept: Values | null,
    private readonly calls: DraftCalls,
  ) {
    this.#kept = kept;
  }

  /** True while something is in the form that is not on the disk. */
  get isPending(): boolean {
    return this.#pending !== null && !this.#settled;
  }

  /** True once something was written under this id. */
  get stored(): boolean {
    return this.#kept !== null;
  }

  /** Notes what is in the form, null when that is nothing; it is written after a pause in typing. */
  note(values: Values | null): void {
    if (this.#settled) return;
    keepers.add(this);
    this.#pending = { values };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  /** The record got another id, or one that the form names did: what is stored is written again. */
  rename(record_id: string | null, values: Values | null): void {
    this.of = { ...this.of, record_id };
    if (this.stored || this.#pending !== null || this.#writing) this.note(values);
  }

  /** Writes what is pending now, after any write that is under way. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running = this.#running.then(() => this.#write());
    return this.#running;
  }

  async #write(): Promise<void> {
    const pending = this.#pending;
    if (pending === null || this.#settled) return;
    this.#pending = null;
    this.#writing = true;
    try {
      if (pending.values !== null) await this.calls.save({ ...this.of, fields: pending.values });
      else if (this.stored) await this.calls.drop(this.of.id);
      this.#kept = pending.values;
      if (this.#pending === null) keepers.delete(this);
    } catch (thrown) {
      this.#pending ??= pending;
      this.calls.failed(thrown);
    } finally {
      this.#writing = false;
    }
  }

  /** Writes what is pending and then nothing more, so that the record's save can remove the draft. */
  async hold(): Promise<void> {
    await this.flush();
    this.#settled = true;
  }

  /** Goes on after a save that was refused. */
  resume(): void {
    this.#settled = false;
  }

  /** The last letter is written before, so that all of it can be taken back. */
  async discard(): Promise<void> {
    await this.hold();
    if (this.#kept !== null) await this.calls.discard({ ...this.of, fields: this.#kept });
  }
}
