// What one writes without a library: JSON in POSTs over one kept connection.
import { Agent, request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { Running, script } from "../process.mjs";
import { timed } from "../time.mjs";

const packed = promisify(gzip);

function post(agent, port, body, headers) {
  const length = { "content-type": "application/json", "content-length": body.length };
  const options = { agent, port, host: "127.0.0.1", method: "POST", path: "/records" };
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, headers: { ...length, ...headers } }, (answer) => {
      answer.resume();
      answer.on("end", () => (answer.statusCode === 201 ? resolve() : reject(new Error(`HTTP ${answer.statusCode}`))));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

async function oneByOne(agent, port, records) {
  for (const record of records) await post(agent, port, Buffer.from(JSON.stringify(record)), {});
}

async function allAtOnce(agent, port, records) {
  const body = await packed(records.map((record) => JSON.stringify(record)).join("\n"), { level: 9 });
  await post(agent, port, body, { "content-encoding": "gzip" });
}

/** `steps` names what is sent in each. */
function peer(name, send, steps) {
  return {
    ...name,
    version: () => `Node ${process.versions.node}`,
    async start({ folder, set }) {
      const server = new Running(process.execPath, [script("post-server.mjs"), join(folder, "received")]);
      const { port } = JSON.parse(await server.line());
      let line;
      const sending = (which) => async () => {
        // Days lie between two syncs: a connection is kept within one only.
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const { seconds } = await timed(() => send(agent, line, set[which]));
        agent.destroy();
        return seconds;
      };
      return {
        port,
        connect: (through) => (line = through),
        first: steps.first && sending(steps.first),
        change: () => {},
        later: sending(steps.later),
        stop: () => server.stop(),
      };
    },
  };
}

const whole = { first: "records", later: "changed" };
export const eachPost = peer({ name: "JSON, a POST a record", isByRecord: true }, oneByOne, whole);
export const gzipPost = peer({ name: "gzip JSON, one POST" }, allAtOnce, whole);
export const gzipFields = peer({ name: "gzip JSON, changed fields only" }, allAtOnce, { later: "fields" });
