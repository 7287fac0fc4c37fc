export interface ToastAction {
  label: string;
  testid?: string;
  /** Takes back what was done last. As long as it is shown, Ctrl+Z means this. */
  takesBack?: boolean;
  run(): void;
}

export interface ToastItem {
  id: number;
  text: string;
  /** Something could not be done. */
  warns: boolean;
  actions: ToastAction[];
}

/** Time to read it, and to reach its buttons by keyboard. */
const SHOWN_MS = 8000;

class Toasts {
  items = $state.raw<ToastItem[]>([]);
  #next = 1;
  #isTyping = false;

  /** Its number, for who wants to take it away again. */
  say(text: string, ...actions: ToastAction[]): number {
    return this.#show(text, false, actions);
  }

  warn(text: string): void {
    this.#show(text, true, []);
  }

  #show(text: string, warns: boolean, actions: ToastAction[]): number {
    const id = this.#next++;
    this.#isTyping = false;
    this.items = [{ id, text, warns, actions }];
    setTimeout(() => this.drop(id), SHOWN_MS);
    return id;
  }

  /** Somebody has gone on writing: in a field, Ctrl+Z means what is written there. */
  typed(): void {
    this.#isTyping = true;
  }

  /** False when what is shown has nothing of its own to take back. */
  takeBack(isInField: boolean): boolean {
    if (isInField && this.#isTyping) return false;
    const shown = this.items.find((item) => item.actions.some((action) => action.takesBack));
    const action = shown?.actions.find((one) => one.takesBack);
    if (shown === undefined || action === undefined) return false;
    action.run();
    this.drop(shown.id);
    return true;
  }

  drop(id: number): void {
    this.items = this.items.filter((item) => item.id !== id);
  }
}

export const toasts = new Toasts();
