export interface ToastAction {
  label: string;
  run(): void;
}

export interface ToastItem {
  id: number;
  text: string;
  action?: ToastAction;
}

class Toasts {
  items = $state.raw<ToastItem[]>([]);
  #next = 1;

  say(text: string, action?: ToastAction): void {
    const id = this.#next++;
    this.items = [{ id, text, action }];
    setTimeout(() => this.drop(id), 6000);
  }

  drop(id: number): void {
    this.items = this.items.filter((item) => item.id !== id);
  }
}

export const toasts = new Toasts();
