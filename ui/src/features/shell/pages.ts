// Each page is its own file to load; the shell itself stays small.
import type { Component } from "svelte";
import type { Question } from "../../state/ahead";
import type { Route } from "../../state/router.svelte";

/** A page, and what it needs first at a route. */
export interface Page {
  default: Component<{ route: Route }>;
  ahead?(route: Route): readonly Question[];
}
type Loader = () => Promise<Page>;

const loaders: Record<string, Loader> = {
  home: () => import("../home/HomePage.svelte"),
  new: () => import("../record/NewPage.svelte"),
  table: () => import("../table/TablePage.svelte"),
  checklist: () => import("../checklist/ChecklistPage.svelte"),
  edit: () => import("../record/FormPage.svelte"),
  kind: () => import("../record/ListPage.svelte"),
  behind: () => import("../record/ListPage.svelte"),
  record: () => import("../record/RecordPage.svelte"),
  book: () => import("../book/BookPage.svelte"),
  bin: () => import("../bin/BinPage.svelte"),
  periods: () => import("../period/PeriodsPage.svelte"),
  period: () => import("../period/PeriodPage.svelte"),
  progress: () => import("../progress/ProgressPage.svelte"),
  sync: () => import("../sync/SyncPage.svelte"),
  help: () => import("../help/HelpPage.svelte"),
  settings: () => import("../settings/SettingsPage.svelte"),
};

const loaded = new Map<string, Page>();

const nameOf = (route: Route) => (route.page in loaders ? route.page : "home");

/** The page of a route when its code is already here. */
export function loadedPage(route: Route): Page | undefined {
  return loaded.get(nameOf(route));
}

export async function loadPage(route: Route): Promise<Page> {
  const name = nameOf(route);
  const module = await (loaders[name] ?? loaders.home)!();
  loaded.set(name, module);
  return module;
}
