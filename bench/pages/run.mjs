// What the window's pages cost on an old PC, with a register of 100,000 records: `cargo xtask bench pages`.
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { Host } from "./host.mjs";
import { commandsOf } from "./command.mjs";
import { pagesOf } from "./page.mjs";
import { report } from "./report.mjs";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "100000" },
    periods: { type: "string", default: "36" },
    slower: { type: "string", default: "6" },
    runs: { type: "string", default: "7" },
    /** A folder that the register is kept in, or found in from the last run. */
    register: { type: "string" },
    /** Pages whose names contain it. */
    only: { type: "string", default: "" },
    ui: { type: "string", default: "ui/dist/desktop" },
    out: { type: "string" },
  },
});

const folder = values.register ?? (await mkdtemp(join(tmpdir(), "sohoi-pages-")));
const home = join(folder, "register");
const say = (text) => console.error(text);
try {
  if (!existsSync(join(home, "register.db"))) {
    say(`a register of ${values.records} records is made`);
    await Host.fill(home, values.records, folder, values.periods);
  }
  const host = await Host.start(home, values.ui);
  try {
    const commands = await commandsOf(host, Number(values.runs), say);
    const pages = await pagesOf(host, { slower: Number(values.slower), n_runs: Number(values.runs), only: values.only }, say);
    const text = report({ commands, ...pages, ...values });
    console.log(text);
    if (values.out) await writeFile(values.out, text);
  } finally {
    await host.stop();
  }
} finally {
  if (!values.register) await rm(folder, { recursive: true });
}
