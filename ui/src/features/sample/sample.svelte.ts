import type { ErrorBody } from "../../api/generated";
import { call, errorBody, type Command, type Req } from "../../api/transport";
import { session } from "../../state/session.svelte";
import { language } from "../../words/words.svelte";

/** The page begins anew: nothing that it holds of the one register is left beside the other. */
function startAfresh(): void {
  history.replaceState(null, "", "#/");
  location.reload();
}

/** Going into the sample and out of it. */
class Sample {
  busy = $state(false);
  failure = $state.raw<ErrorBody | null>(null);

  /** In the language, theme and text size of the page. */
  async open(): Promise<void> {
    const { app } = session;
    if (app) await this.#do("sample_open", { settings: { ...app.settings, language: language() } });
  }

  /** Where it could not be made anew, she is back at her own register. */
  async reset(): Promise<void> {
    await this.#do("sample_reset", {});
    if (this.failure && (await call("page_begin", {}).catch(() => null))?.sample === null) startAfresh();
  }

  async leave(): Promise<void> {
    await this.#do("sample_leave", {});
  }

  async #do<C extends Command>(command: C, request: Req<C>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    try {
      await call(command, request);
      startAfresh();
    } catch (thrown) {
      this.failure = errorBody(thrown);
      this.busy = false;
    }
  }
}

export const sample = new Sample();
