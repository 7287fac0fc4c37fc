import type { AppState, SettingsDto } from "../api/generated";
import { call, CommandError, type Command, type Req, type Res } from "../api/transport";
import { setLanguage } from "../words/words.svelte";

/** Puts language, theme and text size on the page. */
export function applySettings(settings: SettingsDto): void {
  setLanguage(settings.language);
  const root = document.documentElement;
  if (settings.theme === "system") delete root.dataset.theme;
  else root.dataset.theme = settings.theme;
  root.style.setProperty("--text-percent", String(settings.text_percent));
}

class Session {
  app = $state.raw<AppState | null>(null);
  /** How often the officer has told the PC what day it is. */
  daysGiven = $state(0);

  take(app: AppState): void {
    this.app = app;
    applySettings(app.settings);
    document.documentElement.toggleAttribute("data-sample", app.sample !== null);
  }

  /** The register is being closed: what a form would still ask by itself comes too late. */
  isLocking = false;

  async lock(): Promise<void> {
    this.isLocking = true;
    try {
      this.take(await call("register_lock", {}));
    } finally {
      this.isLocking = false;
    }
  }

  /** Once, when the page begins. */
  async begin(): Promise<void> {
    this.take(await call("page_begin", {}));
  }

  async refresh(): Promise<void> {
    this.take(await call("app_state", {}));
  }

  get today(): string {
    return this.app?.today ?? "";
  }

  get calendar(): string {
    return this.app?.settings.calendar ?? "";
  }

  takeSettings(settings: SettingsDto): void {
    if (this.app) this.take({ ...this.app, settings });
  }
}

export const session = new Session();

/** A command to an open register; when it turns out to be locked, the lock screen comes back. */
export async function ask<C extends Command>(command: C, request: Req<C>): Promise<Res<C>> {
  try {
    return await call(command, request);
  } catch (thrown) {
    if (thrown instanceof CommandError && thrown.body.code === "app.not_open") await session.refresh();
    throw thrown;
  }
}
