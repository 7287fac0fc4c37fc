import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { chapters } from "./src/features/help/manual.ts";

const NAME = "virtual:manual";
const FILE = resolve(import.meta.dirname, "../docs/vi/huong-dan.md");

/** The officers' manual as a module, made when the pages are built: the window has it without a network. */
export function manual(): Plugin {
  return {
    name: "manual",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load(id) {
      if (id !== `\0${NAME}`) return undefined;
      this.addWatchFile(FILE);
      return `export const chapters = ${JSON.stringify(chapters(readFileSync(FILE, "utf8")))};`;
    },
  };
}
