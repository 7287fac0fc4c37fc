import type { ErrorBody, SyncOutcome, SyncProgress, SyncRes, SyncStatusRes } from "../../api/generated";
import { errorBody, onSyncProgress } from "../../api/transport";
import { catalogue } from "../../state/catalogue.svelte";
import { tellMoved } from "../../state/moved";
import { ask, session } from "../../state/session.svelte";
import { syncSaying, type SyncSaying } from "./state";

class Sync {
  status = $state.raw<SyncStatusRes | null>(null);
  progress = $state.raw<SyncProgress | null>(null);
  running = $state(false);
  /** How the last attempt since the window opened ended. */
  result = $state.raw<SyncRes | null>(null);
  failure = $state.raw<ErrorBody | null>(null);
  /** Counts what came or was told of by line or by file, so that pages read anew what they show. */
  turns = $state(0);

  get saying(): SyncSaying | null {
    if (this.status === null) return null;
    const outcome: SyncOutcome | null = this.failure?.code === "sync.offline" ? "offline" : (this.result?.outcome ?? null);
    return syncSaying({ status: this.status, running: this.running, progress: this.progress, outcome });
  }

  /** Asks what is known without a network; keeps the last answer when that fails. */
  async refresh(status: SyncStatusRes | Promise<SyncStatusRes> = ask("sync_status", {})): Promise<void> {
    try {
      this.status = status instanceof Promise ? await status : status;
    } catch (thrown) {
      this.failure = errorBody(thrown);
    }
  }

  /** After a save: an older attempt's outcome no longer describes the register. */
  async changed(): Promise<void> {
    if (!this.running) this.result = null;
    await this.refresh();
  }

  async start(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.progress = null;
    this.result = null;
    this.failure = null;
    const stop = onSyncProgress((progress) => this.#hear(progress));
    try {
      this.result = await ask("sync_start", {});
    } catch (thrown) {
      this.failure = errorBody(thrown);
    } finally {
      stop();
      this.running = false;
      this.progress = null;
      await this.#settle();
    }
  }

  /** An answer that came as a file is told as a sync is. */
  async took(result: SyncRes): Promise<void> {
    this.result = result;
    this.failure = null;
    await this.#settle();
  }

  async #settle(): Promise<void> {
    await this.refresh();
    this.turns += 1;
    // The province may have published another catalogue.
    if (this.status && catalogue.parts && this.status.catalogue !== catalogue.parts.version) {
      await ask("catalogue_get", {}).then((parts) => catalogue.take(parts)).catch(() => undefined);
    }
    // The province's time may have corrected this PC's day.
    await session.refresh().catch(() => undefined);
  }

  #hear(progress: SyncProgress): void {
    if (progress.moved.length === 0) this.progress = progress;
    else tellMoved(progress.moved);
  }

  async cancel(): Promise<void> {
    try {
      await ask("sync_cancel", {});
    } catch (thrown) {
      this.failure = errorBody(thrown);
    }
  }

  forget(): void {
    this.status = null;
    this.result = null;
    this.failure = null;
  }
}

export const sync = new Sync();
