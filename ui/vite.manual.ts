import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Plugin } from "vite";
import { chapters, pictures } from "./src/features/help/manual.ts";

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
      return module(readFileSync(FILE, "utf8"));
    },
  };
}

/** Pictures go the way of all assets, under names of their own; the chapters get these names when they are loaded. */
function module(markdown: string): string {
  const files = pictures(markdown);
  const imports = files.map((file, n) => `import p${n} from ${JSON.stringify(`${resolve(dirname(FILE), file)}?url`)};`);
  const named = files.map((file, n) => `.replaceAll(${JSON.stringify(`src="${file}"`)}, \`src="\${p${n}}"\`)`);
  return [
    ...imports,
    `const made = ${JSON.stringify(chapters(markdown))};`,
    `export const chapters = made.map((one) => ({ ...one, html: one.html${named.join("")} }));`,
  ].join("\n");
}
