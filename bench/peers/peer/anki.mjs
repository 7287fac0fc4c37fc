// Anki's collection as a plain store of keys and values: a note a record, its own client and sync server.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { Running, answer, script } from "../process.mjs";

const USER = "commune:a-password-of-nobody";

const python = () => {
  if (!existsSync(process.env.SOHOI_PEERS_PYTHON ?? "")) throw new Error("no Python with anki: SOHOI_PEERS_PYTHON names none");
  return process.env.SOHOI_PEERS_PYTHON;
};

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve((socket.destroy(), true)));
    socket.on("error", () => resolve(false));
  });

async function serve(folder) {
  const port = await freePort();
  const where = { SYNC_HOST: "127.0.0.1", SYNC_PORT: String(port), SYNC_BASE: join(folder, "server") };
  const server = new Running(python(), ["-m", "anki.syncserver"], { SYNC_USER1: USER, ...where });
  // It does not say when it is ready.
  for (let n = 0; !(await listens(port)); n++) {
    if (n > 300) {
      await server.stop();
      throw new Error("Anki's server does not listen");
    }
    await pause(100);
  }
  return { port, server };
}

function peer(name, isMerge) {
  return {
    name,
    version: () => execFileSync(python(), ["-c", "import anki.buildinfo as b; print(b.version)"], { encoding: "utf8" }).trim(),
    async start({ folder, set }) {
      const { port, server } = await serve(folder);
      const collection = join(folder, "collection.anki2");
      const file = async (name, records) => {
        await writeFile(join(folder, name), records.map((record) => JSON.stringify(record)).join("\n"));
        return join(folder, name);
      };
      const anki = (...words) => answer(python(), [script("anki_client.py"), collection, ...words]);
      const sync = async (line, how) => (await anki("sync", USER, String(port), String(line), how)).seconds;
      const put = async (name, records) => anki("put", await file(name, records));
      let line;
      return {
        port,
        connect: async (through) => {
          line = through;
          if (isMerge) {
            // Two empty collections have nothing to settle, and would upload the whole the next time.
            await put("start.jsonl", [{ id: "start" }]);
            await sync(port, "whole");
          }
          await put("records.jsonl", set.records);
        },
        first: () => sync(line, isMerge ? "merge" : "whole"),
        change: () => put("changed.jsonl", set.changed),
        // After the upload it merges as well.
        later: isMerge && (() => sync(line, "merge")),
        stop: () => server.stop(),
      };
    },
  };
}

export const ankiMerge = peer("Anki, merge", true);
export const ankiWhole = peer("Anki, upload of the whole file", false);
