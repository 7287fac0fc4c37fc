import { call } from "../../api/transport";
import { router } from "../../state/router.svelte";
import { session } from "../../state/session.svelte";
import { steps } from "./steps";

/** How far the officer has come in the tour. The sample itself remembers it, so that she can go on another day. */
class Tour {
  on = $state(false);
  at = $state(0);
  /** How often it has asked for the keyboard. */
  asked = $state(0);
  /** The page of the step is on its way. */
  moving = false;

  get step() {
    return steps[this.at];
  }

  /** Begins, goes on where she left, or takes the keyboard when it is there already. */
  begin(): void {
    if (this.on) {
      this.asked += 1;
      return;
    }
    const next = session.app?.sample?.step ?? 0;
    this.on = true;
    this.#show(next < steps.length ? next : 0);
  }

  next(): void {
    if (this.at + 1 < steps.length) this.#show(this.at + 1);
    else {
      this.on = false;
      void this.#remember(steps.length);
    }
  }

  back(): void {
    if (this.at > 0) this.#show(this.at - 1);
  }

  leave(): void {
    this.on = false;
  }

  #show(at: number): void {
    const [page, id = ""] = steps[at]?.place ?? ["home"];
    this.moving = router.route.page !== page || router.route.id !== id;
    this.at = at;
    this.asked += 1;
    if (this.moving) router.go(page, id);
    void this.#remember(at);
  }

  async #remember(step: number): Promise<void> {
    // What the sample cannot remember, this page still does.
    await call("sample_step", { step }).then((app) => session.take(app)).catch(() => undefined);
  }
}

export const tour = new Tour();
