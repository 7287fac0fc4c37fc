import { copyFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin, UserConfig } from "vite";
import { icons } from "./vite.icons.ts";
import { manual } from "./vite.manual.ts";

/** Puts the entry page where the programs look for it: `index.html`. */
function asIndex(page: string, outDir: string): Plugin {
  return {
    name: "entry-as-index",
    apply: "build",
    closeBundle() {
      copyFileSync(resolve(outDir, page), resolve(outDir, "index.html"));
      rmSync(resolve(outDir, page));
    },
  };
}

/** Serves the entry page at `/` while developing. */
function rootPage(page: string): Plugin {
  return {
    name: "entry-at-root",
    apply: "serve",
    configureServer(server) {
      server.middlewares.use((req, _res, next) => {
        if (req.url === "/" || req.url?.startsWith("/?")) req.url = `/${page}`;
        next();
      });
    },
  };
}

export interface Entry {
  page: string;
  outDir: string;
  port: number;
  proxy: Record<string, string>;
}

export function entryConfig({ page, outDir, port, proxy }: Entry): UserConfig {
  return {
    root: import.meta.dirname,
    base: "./",
    publicDir: false,
    plugins: [icons(), svelte(), manual(), asIndex(page, outDir), rootPage(page)],
    server: { port, strictPort: true, host: "127.0.0.1", proxy },
    build: {
      outDir,
      emptyOutDir: true,
      target: ["chrome111", "safari16.4"],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: resolve(import.meta.dirname, page) },
    },
  };
}
