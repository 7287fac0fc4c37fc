// Lists that the officer keeps by a name.
import type { ViewDto } from "../../api/generated";
import { ask } from "../../state/session.svelte";
import { toasts } from "../../state/toast.svelte";
import { normal } from "../../text/fold";
import { t } from "../../words/words.svelte";

/** Of an address what makes a list what it is: not the page that is open. */
export function viewQuery(query: URLSearchParams): string {
  const kept = [...query].filter(([name]) => ["q", "f", "sort", "period", "calendar"].includes(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  return new URLSearchParams(kept).toString();
}

/** True when a list of this name is there already. */
export function hasView(views: ViewDto[], kind: string, name: string): boolean {
  return views.some((view) => view.kind === kind && normal(view.name).toLowerCase() === normal(name).toLowerCase());
}

class Views {
  all = $state.raw<ViewDto[]>([]);

  #known = false;

  /** Asks for them once: nothing but this window changes them. */
  async begin(): Promise<void> {
    if (this.#known) return;
    const found = await ask("views_get", {}).catch(() => null);
    this.#known = found !== null;
    this.all = found?.views ?? [];
  }

  /** What comes next may be another register. */
  forget(): void {
    this.#known = false;
    this.all = [];
  }

  of(kind: string): ViewDto[] {
    return this.all.filter((view) => view.kind === kind);
  }

  async add(view: ViewDto): Promise<void> {
    this.all = (await ask("views_save", { views: [...this.all, view] })).views;
  }

  async remove(view: ViewDto): Promise<void> {
    const before = this.all;
    this.all = (await ask("views_save", { views: before.filter((one) => one !== view) })).views;
    const back = async () => {
      this.all = (await ask("views_save", { views: before })).views;
    };
    toasts.say(t().view.removed(view.name), { label: t().undo.undo, takesBack: true, run: () => void back() });
  }
}

export const views = new Views();
