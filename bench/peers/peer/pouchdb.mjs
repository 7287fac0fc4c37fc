// PouchDB replicating to express-pouchdb, both on LevelDB, with their default batches.
import { Agent } from "node:http";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

import PouchDB from "pouchdb";

import { Running, script } from "../process.mjs";
import { timed } from "../time.mjs";

const require = createRequire(import.meta.url);
const version = (name) => require(`${name}/package.json`).version;
const document = ({ id, ...fields }) => ({ _id: id, ...fields });

function check(answers) {
  const failed = answers.find((answer) => answer.error);
  if (failed) throw new Error(`PouchDB: ${failed.message}`);
}

async function put(local, records) {
  check(await local.bulkDocs(records.map(document)));
}

async function change(local, records) {
  const { rows } = await local.allDocs({ keys: records.map((record) => record.id) });
  check(await local.bulkDocs(records.map((record, n) => ({ ...document(record), _rev: rows[n].value.rev }))));
}

export const pouchdb = {
  name: "PouchDB",
  version: () => `${version("pouchdb")}, express-pouchdb ${version("express-pouchdb")}`,

  async start({ folder, set }) {
    await mkdir(join(folder, "server"));
    const server = new Running(process.execPath, [script("pouchdb-server.mjs"), join(folder, "server")]);
    const { port } = JSON.parse(await server.line());
    const local = new PouchDB(join(folder, "client"));
    await put(local, set.records);
    let line;
    const replicate = async (n) => {
      // In a browser connections are kept, six at most; node-fetch closes each unless it is told so. Days lie
      // between two syncs, so none is kept from one to the next.
      const agent = new Agent({ keepAlive: true, maxSockets: 6 });
      const fetch = (url, options) => PouchDB.fetch(url, { ...options, agent });
      const remote = new PouchDB(`http://127.0.0.1:${line}/records`, { fetch });
      const { seconds, value } = await timed(() => local.replicate.to(remote));
      agent.destroy();
      if (!value.ok || value.docs_written !== n) throw new Error(JSON.stringify(value));
      return seconds;
    };
    return {
      port,
      connect: async (through) => {
        line = through;
        // Makes it.
        await new PouchDB(`http://127.0.0.1:${port}/records`).info();
      },
      first: () => replicate(set.n),
      change: () => change(local, set.changed),
      later: () => replicate(set.changed.length),
      stop: async () => (await local.close(), server.stop()),
    };
  },
};
