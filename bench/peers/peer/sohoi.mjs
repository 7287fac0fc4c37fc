// Sổ Hội: the two programs as they are shipped.
import { execFileSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";

import { Running, answer, ours } from "../process.mjs";
import { timed } from "../time.mjs";

// Of registers that the testkit makes; opens nothing else.
const PIN = { SOHOI_PIN: "246813" };
const PASSWORD = { SOHOI_HUB_PASSWORD: "mot-mat-khau-dai-2018" };

export const sohoi = {
  name: "Sổ Hội",
  version: () => execFileSync(ours("sohoi"), ["--version"], { encoding: "utf8" }).trim().split(" ").at(-1),

  async start({ folder, set }) {
    const data = join(folder, "hub");
    const hub = (...words) => answer(ours("sohoi-hub"), ["--data", data, "--json", ...words], PASSWORD);
    await hub("init", "--unit", "46", "--admin", "admin");
    const { code } = await hub("enrol", "--unit", set.unit);
    const serving = new Running(ours("sohoi-hub"), ["--data", data, "--json", "serve", "--listen", "127.0.0.1:0"]);
    const port = Number(new URL(JSON.parse(await serving.line()).listening).port);
    const home = join(folder, "register");
    await cp(set.home, home, { recursive: true });
    const register = (...words) => answer(ours("sohoi"), ["--home", home, "--json", ...words], PIN);
    const sync = async (n) => {
      const { seconds, value } = await timed(() => register("sync"));
      if (value.state !== "up_to_date" || value.pushed.changes < n) throw new Error(JSON.stringify(value));
      return seconds;
    };
    return {
      port,
      connect: (line) => register("enrol", "--hub", `http://127.0.0.1:${line}`, "--code", code),
      first: () => sync(set.n),
      change: () => answer(ours("sohoi-records"), ["change", home, String(set.n), folder]),
      later: () => sync(set.changed.length),
      stop: () => serving.stop(),
    };
  },
};
