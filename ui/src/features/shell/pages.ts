// Each page is its own file to load; the shell itself stays small.
import type { Component } from "svelte";
import type { Route } from "../../state/router.svelte";

type Page = Component<{ route: Route }>;
type Loader = () => Promise<{ default: Page }>;

const loaders: Record<string, Loader> = {
  home: () => import("../home/HomePage.svelte"),
  new: () => import("../record/NewPage.svelte"),
  edit: () => import("../record/FormPage.svelte"),
  kind: () => import("../record/ListPage.svelte"),
  behind: () => import("../record/ListPage.svelte"),
  record: () => import("../record/RecordPage.svelte"),
  progress: () => import("../progress/ProgressPage.svelte"),
  sync: () => import("../sync/SyncPage.svelte"),
  settings: () => import("../settings/SettingsPage.svelte"),
};

const loaded = new Map<string, Promise<Page>>();

export function pageOf(route: Route): Promise<Page> {
  const name = route.page in loaders ? route.page : "home";
  const known = loaded.get(name);
  if (known) return known;
  const page = (loaders[name] ?? loaders.home)!().then((module) => module.default);
  loaded.set(name, page);
  page.catch(() => loaded.delete(name));
  return page;
}
