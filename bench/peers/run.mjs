// The same records through Sổ Hội and through others, over the same line: `cargo xtask bench peers`.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { BAD, LOOPBACK, Line } from "./line.mjs";
import { ankiMerge, ankiWhole } from "./peer/anki.mjs";
import { eachPost, gzipFields, gzipPost } from "./peer/post.mjs";
import { pouchdb } from "./peer/pouchdb.mjs";
import { sohoi } from "./peer/sohoi.mjs";
import { answer, ours } from "./process.mjs";
import { report } from "./report.mjs";

const PEERS = [sohoi, gzipPost, gzipFields, ankiMerge, ankiWhole, pouchdb, eachPost];
/** Beyond this many records a POST for each is reckoned, and what took as many seconds is not repeated. */
const MANY = { records: 1_000, seconds: 100 };

/** Generated records as everybody gets them, and the register that holds them. */
async function records(folder, n) {
  await mkdir(folder);
  const [home, changing] = [join(folder, "register"), join(folder, "changing")];
  const { unit } = await answer(ours("sohoi-records"), ["new", home, String(n), folder]);
  await answer(ours("sohoi-records"), ["new", changing, String(n), folder]);
  await answer(ours("sohoi-records"), ["change", changing, String(n), folder]);
  const lines = async (name) => (await readFile(join(folder, name), "utf8")).trim().split("\n").map((line) => JSON.parse(line));
  const [all, changed, fields] = await Promise.all(["records.jsonl", "changed.jsonl", "fields.jsonl"].map(lines));
  return { n, unit, home, records: all, changed, fields };
}

/** One peer from nothing: its first sync, then one of the changed records. */
async function session(peer, set, link, dice, folder) {
  let running;
  let line;
  const measured = async (step) => {
    if (!running[step]) return undefined;
    const before = await line.counts();
    const seconds = await running[step]();
    const after = await line.counts();
    const [up, down, requests] = ["up", "down", "requests"].map((count) => after[count] - before[count]);
    return { seconds, up, down, requests };
  };
  try {
    await mkdir(folder);
    running = await peer.start({ folder, set });
    line = await Line.before(running.port, link, dice);
    await running.connect(line.port);
    const first = await measured("first");
    await running.change();
    return { first, later: await measured("later") };
  } finally {
    await running?.stop();
    await line?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function peerOn(peer, set, link, n_runs, folder) {
  const runs = [];
  for (let dice = 1; dice <= n_runs; dice++) {
    const run = await session(peer, set, link, dice, join(folder, "session"));
    console.error(`${set.n} records, ${link.name}, ${peer.name}: ${JSON.stringify(run)}`);
    runs.push(run);
    if ((run.first?.seconds ?? 0) > MANY.seconds) break;
  }
  return runs;
}

async function measure(peer, set, n_runs, folder) {
  const loopback = await peerOn(peer, set, LOOPBACK, n_runs, folder);
  const isReckoned = peer.isByRecord && set.n > MANY.records;
  const bad = isReckoned ? undefined : await peerOn(peer, set, BAD, n_runs, folder);
  return { loopback, bad };
}

async function main() {
  const { values } = parseArgs({
    options: {
      sizes: { type: "string", default: "1000,10000" },
      runs: { type: "string", default: "3" },
      only: { type: "string", default: "" },
      out: { type: "string" },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), "sohoi-peers-"));
  const peers = PEERS.filter((peer) => peer === sohoi || peer.name.includes(values.only));
  const [found, leftOut] = [[], []];
  try {
    for (const n of values.sizes.split(",").map(Number)) {
      const set = await records(join(folder, String(n)), n);
      for (const peer of peers.filter((peer) => !leftOut.some((left) => left.peer === peer))) {
        try {
          found.push({ peer, n, ...(await measure(peer, set, Number(values.runs), folder)) });
        } catch (error) {
          if (peer === sohoi) throw error;
          leftOut.push({ peer, why: error.message.trim().split("\n").at(-1) });
        }
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const text = report(found, leftOut);
  console.log(text);
  if (values.out) await writeFile(values.out, text);
}

await main();
