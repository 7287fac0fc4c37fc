// Types into a control as an officer with Unikey does, and watches what the window makes of each event.
import type { CDPSession, Locator, Page } from "@playwright/test";
import { expect } from "./fixture.ts";
import { strokesByKey, texts, type Stroke, type Way } from "./unikey.ts";

export const KEYS = "nguyeexn thij ddinhj";
export const NAME = "nguyễn thị định";
/** What Windows calls a letter that no key has: VK_PACKET. */
const PACKET = 0xe7;
const SHIFT = 8;

/** How things are after an event, when the window has done with it. */
interface Seen {
  text: string;
  caret: number | null;
  /** Whether the control that was begun in is still there and has the focus. */
  here: boolean;
  dialogs: number;
  path: string;
}

interface Key {
  key: string;
  code: string;
  windowsVirtualKeyCode: number;
  modifiers?: number;
  text?: string;
}

const BACKSPACE: Key = { key: "Backspace", code: "Backspace", windowsVirtualKeyCode: 8 };
const LEFT: Key = { key: "ArrowLeft", code: "ArrowLeft", windowsVirtualKeyCode: 0x25, modifiers: SHIFT };
const INSERT: Key = { key: "Insert", code: "Insert", windowsVirtualKeyCode: 0x2d, modifiers: SHIFT };

export class Typist {
  #keyboard: CDPSession;

  private constructor(
    readonly page: Page,
    keyboard: CDPSession,
  ) {
    this.#keyboard = keyboard;
  }

  static async at(page: Page): Promise<Typist> {
    return new Typist(page, await page.context().newCDPSession(page));
  }

  /** Writes the name over what stands in a control; after each event text, caret, focus and page are as they should be. */
  async type(control: Locator, way: Way, pause?: (text: string) => Promise<unknown>): Promise<void> {
    const { dialogs, path } = await control.evaluate(watchControl);
    const events: Stroke[] = [];
    for (const stroke of strokesByKey(KEYS, way)) {
      for (const event of stroke) if (event.do === "paste") await this.page.evaluate((text) => navigator.clipboard.writeText(text), event.text);
      await Promise.all(stroke.map((event) => this.#send(event)));
      events.push(...stroke);
      await pause?.(texts(events).at(-1) ?? "");
    }
    const wanted: Seen[] = texts(events).map((text) => ({ text, caret: text.length, here: true, dialogs, path }));
    expect(await control.evaluate(seenInControl), way).toEqual(wanted);
  }

  /** Types into every control that takes text within a place; answers their ids. */
  async typeAll(place: Locator, ways: (n: number) => readonly Way[]): Promise<string[]> {
    const controls = place.locator("input:not([type=password], [type=checkbox], [type=radio], [type=file]), textarea").filter({ visible: true });
    await controls.first().waitFor();
    // Choices last: by what is chosen other fields come and go.
    const ids = await controls.evaluateAll((all) => {
      const last = all.toSorted((a, b) => Number(a.role === "combobox") - Number(b.role === "combobox"));
      return last.map((one) => (one as HTMLElement).dataset.testid ?? one.id);
    });
    for (const [n, id] of ids.entries()) for (const way of ways(n)) await this.type(this.page.locator(`:is(input, textarea):is([data-testid="${id}"], [id="${id}"])`), way);
    return ids;
  }

  async #send(event: Stroke): Promise<void> {
    switch (event.do) {
      case "key":
        return this.#press(event.key === " " ? { key: " ", code: "Space", windowsVirtualKeyCode: 32, text: " " } : letterKey(event.key));
      case "backspace":
        return this.#press(BACKSPACE);
      case "select":
        return this.#press(LEFT);
      case "paste":
        return this.#press(INSERT);
      case "unicode":
        return this.#press({ key: event.letter, code: "", windowsVirtualKeyCode: PACKET, text: event.letter });
    }
  }

  // Both halves are sent before the first is answered: the events of one key come as fast as Windows gives them.
  async #press({ text, ...key }: Key): Promise<void> {
    const down = text === undefined ? ({ type: "rawKeyDown" } as const) : ({ type: "keyDown", text, unmodifiedText: text } as const);
    await Promise.all([this.#keyboard.send("Input.dispatchKeyEvent", { ...down, ...key }), this.#keyboard.send("Input.dispatchKeyEvent", { type: "keyUp", ...key })]);
  }
}

function letterKey(letter: string): Key {
  const capital = letter.toUpperCase();
  return { key: letter, code: `Key${capital}`, windowsVirtualKeyCode: capital.charCodeAt(0), text: letter };
}

type Watched = Window & { seenWhileTyping?: Seen[]; watchTyping?: (event: Event) => void };

/** Puts the focus into a control, selects what is there, and notes what each event leaves. */
function watchControl(one: Element): { dialogs: number; path: string } {
  const control = one as HTMLInputElement | HTMLTextAreaElement;
  const watched: Watched = window;
  const now = () => ({ dialogs: document.querySelectorAll("dialog[open]").length, path: location.hash.split("?")[0] ?? "" });
  const seen: Seen[] = [];
  watched.seenWhileTyping = seen;
  if (watched.watchTyping) removeEventListener("input", watched.watchTyping);
  // The window hears an event before this does, and writes what follows from it before what is queued here.
  watched.watchTyping = () =>
    queueMicrotask(() => {
      const here = control.isConnected && document.activeElement === control && control.selectionStart === control.selectionEnd;
      seen.push({ text: control.value, caret: control.selectionEnd, here, ...now() });
    });
  addEventListener("input", watched.watchTyping);
  control.focus();
  control.select();
  return now();
}

function seenInControl(one: Element): Seen[] {
  const { seenWhileTyping = [] } = window as Watched;
  // What was written last still stands there now.
  const text = (one as HTMLInputElement).value;
  return seenWhileTyping.map((seen, n) => (n === seenWhileTyping.length - 1 ? { ...seen, text } : seen));
}
