// Refuses files that grew past what one reads at a sitting.
import { readFileSync } from "node:fs";
import { globSync } from "./files.mjs";

const LIMIT = 600;

const long = [".ts", ".svelte", ".css"]
  .flatMap((ending) => globSync("src", ending))
  .map((file) => [file, readFileSync(file, "utf8").split("\n").length])
  .filter(([, n_lines]) => n_lines > LIMIT);
for (const [file, n_lines] of long) console.error(`${file}: ${n_lines} lines, at most ${LIMIT}`);
if (long.length > 0) process.exit(1);
