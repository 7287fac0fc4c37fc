// The one place that knows how a command travels: Tauri's bridge in the window,
// loopback HTTP in a plain browser.
import { MOST_TOGETHER, type Answered, type Asked, type Commands, type ErrorBody, type SyncProgress } from "./generated";

export type Command = keyof Commands;
export type Req<C extends Command> = Commands[C]["req"];
export type Res<C extends Command> = Commands[C]["res"];

/** A refused or failed command. */
export class CommandError extends Error {
  constructor(readonly body: ErrorBody) {
    super(body.code);
  }
}

const inWindow = "__TAURI_INTERNALS__" in globalThis;

function isErrorBody(value: unknown): value is ErrorBody {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}

/** Makes an error body of whatever was thrown, so that a fault has words too. */
export function errorBody(thrown: unknown): ErrorBody {
  if (thrown instanceof CommandError) return thrown.body;
  const body = isErrorBody(thrown) ? thrown : { code: "app.fault" };
  return { params: {}, incident: "", ...body };
}

// What comes back is of the types that were asked for: both sides are generated from the same ones.

async function post<T>(address: string, body: unknown): Promise<T> {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw answer;
  return answer as T;
}

async function invoked<T>(name: string, values: Record<string, unknown>): Promise<T> {
  const { invoke } = await import("@tauri-apps/api/core");
  return invoke<T>(name, values);
}

const send = <C extends Command>({ command, request }: Asked): Promise<Res<C>> =>
  inWindow ? invoked("api_call", { command, request }) : post(`/api/${command}`, request);
const sendAll = (asked: Asked[]): Promise<Answered[]> => (inWindow ? invoked("api_calls", { asked }) : post("/api", asked));

/** Questions that a page asks in one moment go as one request: on an old PC each request costs the page as much as
 * drawing ten rows of a list. Only those that write nothing and are always quick: the answers come together. */
const TOGETHER: ReadonlySet<Command> = new Set<Command>([
  "bulletin_list",
  "conflict_list",
  "draft_list",
  "home_get",
  "periods_closed",
  "record_check",
  "record_get",
  "record_history",
  "record_said",
  "sync_history",
  "sync_status",
  "sync_waiting",
]);
interface Waiting {
  asked: Asked;
  take(answer: unknown): void;
  fail(thrown: unknown): void;
}
let waiting: Waiting[] = [];

function sendTogether<C extends Command>(asked: Asked): Promise<Res<C>> {
  return new Promise<Res<C>>((take, fail) => {
    waiting.push({ asked, take: take as (answer: unknown) => void, fail });
    if (waiting.length === 1) queueMicrotask(sendWaiting);
    else if (waiting.length === MOST_TOGETHER) sendWaiting();
  });
}

function sendWaiting(): void {
  const all = waiting;
  waiting = [];
  const [first, ...others] = all;
  if (first === undefined) return;
  if (others.length === 0) return void send(first.asked).then(first.take, first.fail);
  const give = (answers: Answered[]) => {
    for (const [at, { take, fail }] of all.entries()) {
      const answer = answers[at];
      if (answer && "ok" in answer) take(answer.ok);
      else fail(answer?.error);
    }
  };
  sendAll(all.map(({ asked }) => asked)).then(give, (thrown: unknown) => all.forEach(({ fail }) => fail(thrown)));
}

/** Sends a command and answers its response; throws a `CommandError`. */
export async function call<C extends Command>(command: C, request: Req<C>): Promise<Res<C>> {
  try {
    return await (TOGETHER.has(command) ? sendTogether<C>({ command, request }) : send<C>({ command, request }));
  } catch (thrown) {
    throw new CommandError(errorBody(thrown));
  }
}

/** Whether the system's own dialog can be opened; a plain browser gives no paths away. */
export const canChoose = inWindow;

/** The system's dialog for a folder or a file; null when it was closed without a choice. */
export async function choosePath(what: "folder" | "file", title: string): Promise<string | null> {
  return (await chosen(what, title))[0] ?? null;
}

/** The same for several files; empty when it was closed without a choice. */
export function choosePaths(title: string): Promise<string[]> {
  return chosen("files", title);
}

async function chosen(what: "folder" | "file" | "files", title: string): Promise<string[]> {
  const { invoke } = await import("@tauri-apps/api/core");
  return invoke<string[]>("choose_path", { what, title });
}

/** Tells the window that there is something to act on, so that its splash goes. */
export async function tellPainted(): Promise<void> {
  if (!inWindow) return;
  const { invoke } = await import("@tauri-apps/api/core");
  await invoke("page_painted");
}

/** Hears of files that are dropped on the window, by their paths, until the returned function is called. The window
 * takes them before the page would see them; a plain browser gives the page the files themselves. */
export function onDroppedPaths(heard: (paths: string[]) => void): () => void {
  if (!inWindow) return () => undefined;
  const listening = import("@tauri-apps/api/event").then(({ listen, TauriEvent }) =>
    listen<{ paths: string[] }>(TauriEvent.DRAG_DROP, (event) => heard(event.payload.paths)),
  );
  return () => void listening.then((stop) => stop());
}

/** Hears the progress of a running sync until the returned function is called. */
export function onSyncProgress(heard: (progress: SyncProgress) => void): () => void {
  if (inWindow) {
    const listening = import("@tauri-apps/api/event").then(({ listen }) =>
      listen<SyncProgress>("sync_progress", (event) => heard(event.payload)),
    );
    return () => void listening.then((stop) => stop());
  }
  const source = new EventSource("/api/events");
  source.addEventListener("sync_progress", (event: MessageEvent<string>) => {
    heard(JSON.parse(event.data) as SyncProgress); // the host serialises this very type
  });
  return () => source.close();
}
