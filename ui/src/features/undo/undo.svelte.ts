// What the next undo would take back. Told after every action; the register itself keeps what is needed for it.
import type { UndoItemDto, UndoRes, UndoStateRes } from "../../api/generated";
import { errorBody } from "../../api/transport";
import { catalogue } from "../../state/catalogue.svelte";
import { router } from "../../state/router.svelte";
import { ask } from "../../state/session.svelte";
import { toasts, type ToastAction } from "../../state/toast.svelte";
import { writeNumber } from "../../text/number";
import { failureLine } from "../../words/failure";
import { lowerFirst, say, t } from "../../words/words.svelte";
import { sync } from "../sync/sync.svelte";

const NOTHING: UndoStateRes = { undo: null, redo: null };

/** What was done, in the middle of a sentence: "sửa Hội viên “Kăn Nhen”". */
export function naming(item: UndoItemDto): string {
  const kind = catalogue.kind(item.kind);
  const label = kind ? lowerFirst(say(kind.label)) : "";
  if (item.action === "table") return t().undo.table(writeNumber(item.n_records), label);
  if (item.action === "rows") return t().undo.rows(writeNumber(item.n_records - item.n_edited), writeNumber(item.n_edited), label);
  return t().undo.actions[item.action](label, item.title);
}

function leftOf(done: UndoRes): string {
  const kind = catalogue.kind(done.item.kind);
  const label = (id: string) => {
    const field = kind?.fields.find((one) => one.id === id);
    return field ? say(field.label) : id;
  };
  const fields = done.left.length > 0 ? t().undo.left(done.left.map(label).join(", ")) : "";
  const records = done.n_left > 0 ? t().undo.recordsLeft(writeNumber(done.n_left)) : "";
  return [fields, records].filter(Boolean).join(" ");
}

class Undo {
  state = $state.raw<UndoStateRes>(NOTHING);
  /** Counts undos, so that pages read anew what they show. */
  turns = $state(0);
  /** Waits for her word, because it destroys. */
  asking = $state.raw<UndoItemDto | null>(null);
  #busy = false;
  /** What she did last is not among what can be taken back. */
  #isBarred = false;

  async refresh(): Promise<void> {
    this.state = await ask("undo_state", {}).catch(() => NOTHING);
  }

  /** Says that something was done, with a button that takes it back. */
  async done(text: string, other?: ToastAction): Promise<void> {
    const before = this.state.undo?.n;
    await this.refresh();
    const n = this.state.undo?.n;
    if (n !== before) this.#isBarred = false;
    // What changed nothing, or cannot be taken back, has no button for what was done before it.
    const back = n === undefined || n === before ? [] : [{ label: t().undo.undo, testid: "toast-undo", takesBack: true, run: () => void this.back(n) }];
    toasts.say(text, ...back, ...(other ? [other] : []));
  }

  /** Says that something was done that cannot be taken back here. */
  final(text: string): void {
    this.#isBarred = true;
    toasts.say(text);
    void this.refresh();
  }

  /** Ctrl+Z means what she did last. Where that cannot be taken back, what was before it is named first. */
  async key(): Promise<void> {
    const item = this.state.undo;
    if (!item || !this.#isBarred) return this.back();
    this.#isBarred = false;
    toasts.warn(t().undo.barred(naming(item)));
  }

  async back(n?: number): Promise<void> {
    const item = this.state.undo;
    if (!item) return;
    if (n !== undefined && item.n !== n) return toasts.warn(t().undo.gone);
    if (item.is_final) this.asking = item;
    else await this.#go("undo", item.n);
  }

  async again(): Promise<void> {
    if (this.state.redo) await this.#go("redo", this.state.redo.n);
  }

  async confirm(): Promise<void> {
    const item = this.asking;
    this.asking = null;
    if (item) await this.#go("undo", item.n);
  }

  async #go(command: "undo" | "redo", n: number): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#isBarred = false;
    try {
      const done = await ask(command, { n });
      await this.refresh();
      // What was destroyed and made anew is another record: its page is shown in the place of the old one's.
      const id = command === "redo" ? this.state.undo?.id : undefined;
      if (id !== undefined && id !== done.item.id && router.route.page === "record" && router.route.id === done.item.id) router.replace("record", id);
      const text = command === "undo" ? t().undo.undone(naming(done.item)) : t().undo.redone(naming(done.item));
      const turn = command === "undo" ? { label: t().undo.redo, run: () => void this.again() } : { label: t().undo.undo, run: () => void this.back() };
      toasts.say([text, leftOf(done)].filter(Boolean).join(" "), turn);
    } catch (thrown) {
      toasts.warn(failureLine(errorBody(thrown)));
      await this.refresh();
    } finally {
      this.#busy = false;
      this.turns += 1;
      void sync.changed();
    }
  }
}

export const undo = new Undo();
