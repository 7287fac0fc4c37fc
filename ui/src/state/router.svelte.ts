// Pages by address: `#/kind/model?q=…`. A page is reached the same way by mouse, key and back button.

import { onMoved } from "./moved";

export interface Route {
  page: string;
  id: string;
  query: URLSearchParams;
}

export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [page = "", ...rest] = path.split("/");
  return { page: page || "home", id: decodeURIComponent(rest.join("/")), query: new URLSearchParams(query) };
}

export function address(page: string, id = "", query: Record<string, string | null | undefined> = {}): string {
  const kept = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const path = [page === "home" ? "" : page, ...(id ? [encodeURIComponent(id)] : [])].join("/");
  const search = new URLSearchParams(kept).toString();
  return `#/${path}${search ? `?${search}` : ""}`;
}

let n_steps = 0;

/** Marks the step of the browser's history that is shown, once. Going back comes to the mark again. */
function stepHere(): string {
  const state: unknown = history.state;
  if (typeof state === "object" && state !== null && "step" in state && typeof state.step === "string") return state.step;
  const step = `${performance.timeOrigin}/${n_steps++}`;
  history.replaceState({ step }, "");
  return step;
}

class Router {
  route = $state.raw<Route>(readRoute(globalThis.location?.hash ?? ""));
  /** That of the page that is there: a page comes when its data does. */
  seen = $state.raw<Route | null>(null);
  /** The step of the history that the route is at: what a page keeps under it is there when she goes back. */
  step = globalThis.history ? stepHere() : "";

  /** That of the step before; none after a start. */
  before: Route | null = null;

  constructor() {
    globalThis.addEventListener?.("hashchange", () => {
      this.before = this.route;
      this.step = stepHere();
      this.route = readRoute(location.hash);
    });
    onMoved((ids) => {
      const id = ids.get(this.route.id);
      if (id) this.replace(this.route.page, id, Object.fromEntries(this.route.query));
    });
  }

  go(page: string, id = "", query: Record<string, string | null | undefined> = {}): void {
    location.hash = address(page, id, query);
  }

  /** Same page, other address; leaves no step for the back button. */
  replace(page: string, id = "", query: Record<string, string | null | undefined> = {}): void {
    history.replaceState(history.state, "", address(page, id, query));
    this.route = readRoute(location.hash);
  }

  /** A page's own address with other values in it. Once she has gone elsewhere it is too late for that. */
  change(route: Route, changes: Record<string, string | null>): void {
    if (route === this.route) this.replace(route.page, route.id, { ...Object.fromEntries(route.query), ...changes });
  }

  back(): void {
    if (history.length > 1) history.back();
    else this.go("home");
  }
}

export const router = new Router();
