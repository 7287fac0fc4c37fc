import type { BundleOutRes, BundlePlacesRes, ErrorBody } from "../../api/generated";
import { errorBody } from "../../api/transport";
import { Load } from "../../state/load.svelte";
import { ask } from "../../state/session.svelte";
import { sync } from "./sync.svelte";

export type Way = "out" | "in";

/** After this long, a file that is still being written can be stopped. */
const SLOW_MS = 1000;

/** A file for the province and its answer: kept while the officer looks at other pages. */
class Files {
  /** What she is choosing a place for. */
  way = $state<Way | null>(null);
  readonly places = new Load<BundlePlacesRes>();
  doing = $state<{ way: Way; place: string } | null>(null);
  slow = $state(false);
  stopping = $state(false);
  stopped = $state(false);
  written = $state.raw<{ file: BundleOutRes; place: string } | null>(null);
  failure = $state.raw<ErrorBody | null>(null);
  /** Where the last file of this session went: the answer may lie beside it. */
  #folder: string | null = null;

  choose(way: Way): void {
    this.way = this.way === way ? null : way;
    if (this.way) this.again();
  }

  again(): void {
    this.failure = null;
    this.stopped = false;
    this.#look();
  }

  #look(): void {
    void this.places.run(() => ask("bundle_places", { folder: this.#folder }));
  }

  async write(folder: string, place: string): Promise<boolean> {
    this.written = null;
    const slow = setTimeout(() => (this.slow = true), SLOW_MS);
    const file = await this.#do("out", place, () => ask("bundle_out", { folder }));
    clearTimeout(slow);
    this.slow = false;
    this.stopping = false;
    if (!file) return false;
    this.written = { file, place };
    this.#folder = folder;
    // Its changes were sealed, which is no more sent than before.
    await sync.refresh();
    return true;
  }

  async take(path: string, place: string): Promise<boolean> {
    const result = await this.#do("in", place, () => ask("bundle_in", { path }));
    if (!result) return false;
    this.written = null;
    await sync.took(result);
    return true;
  }

  /** A stick may keep the program waiting for a while even so. */
  stop(): void {
    this.stopping = true;
    void ask("bundle_cancel", {}).catch((thrown: unknown) => (this.failure = errorBody(thrown)));
  }

  forget(): void {
    this.way = null;
    this.written = null;
    this.failure = null;
    this.stopped = false;
    this.places.value = null;
    this.#folder = null;
  }

  async #do<T>(way: Way, place: string, act: () => Promise<T>): Promise<T | null> {
    if (this.doing) return null;
    this.doing = { way, place };
    this.failure = null;
    this.stopped = false;
    try {
      const done = await act();
      this.way = null;
      return done;
    } catch (thrown) {
      const failure = errorBody(thrown);
      if (failure.code === "sync.cancelled") this.stopped = true;
      else this.failure = failure;
      // The stick may be gone, or another one there.
      this.#look();
      return null;
    } finally {
      this.doing = null;
    }
  }
}

export const files = new Files();
