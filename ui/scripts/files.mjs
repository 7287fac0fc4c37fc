import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Files under a folder whose name ends so, in a stable order. */
export function globSync(folder, ending) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
