// Tables of what was measured, each figure beside ours, and the goals.

const GOALS = [
  { peer: "PouchDB", figure: "bytes", times: 20 },
  { peer: "PouchDB", figure: "bad", times: 15 },
  { peer: "Anki, merge", figure: "bytes", times: 4 },
  { peer: "Anki, upload of the whole file", figure: "bytes", times: 4 },
  { peer: "gzip JSON, one POST", figure: "bytes", times: 2.5 },
];
const FIGURES = { bytes: "bytes", bad: "time on the bad line" };

const count = (n) => n.toLocaleString("en");
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const ratio = (x, ours) => (x / ours < 10 ? (x / ours).toFixed(2) : count(Math.round(x / ours)));
const seconds = (s) => (s < 10 ? s.toFixed(2) : s < 100 ? s.toFixed(1) : count(Math.round(s)));

/** One row: bytes are those of the bad line where there are some, times the median of the runs. */
function row({ peer, n, loopback, bad }, step, smaller) {
  const steps = (runs) => runs?.map((run) => run[step]).filter(Boolean) ?? [];
  const [near, far] = [steps(loopback), steps(bad)];
  if (near.length === 0) return undefined;
  const { up, down, requests } = far[0] ?? near[0];
  const time = (runs) => median(runs.map((run) => run.seconds));
  const reckoned = far.length === 0;
  // Nothing smaller was measured that it could be reckoned from.
  if (reckoned && !smaller) return undefined;
  const factor = step === "first" ? n / smaller?.n : 1;
  const bad_s = reckoned ? factor * time(steps(smaller.bad)) : time(far);
  return { peer, up, down, requests, reckoned, bytes: up + down, loopback: time(near), bad: bad_s };
}

function rows(found, n, step) {
  const at = (size) => found.filter((one) => one.n === size);
  const smaller = (peer) => found.find((one) => one.peer === peer && one.bad && one.n < n);
  return at(n).map((one) => row(one, step, smaller(one.peer))).filter(Boolean);
}

function table(title, rows) {
  const [ours] = rows;
  const lines = rows.map((row) =>
    [
      `| ${row.peer.name}`,
      count(row.up),
      count(row.down),
      ratio(row.bytes, ours.bytes),
      count(row.requests),
      seconds(row.loopback),
      ratio(row.loopback, ours.loopback),
      `${row.reckoned ? "~" : ""}${seconds(row.bad)}`,
      `${ratio(row.bad, ours.bad)} |`,
    ].join(" | "),
  );
  const head = ["bytes up", "down", "× ours", "requests", "loopback s", "× ours", "bad line s", "× ours"];
  return [`| ${title} | ${head.join(" | ")} |`, "|---|---:|---:|---:|---:|---:|---:|---:|---:|", ...lines].join("\n");
}

function goals(title, rows) {
  const [ours] = rows;
  return GOALS.flatMap(({ peer, figure, times }) => {
    const theirs = rows.find((row) => row.peer.name === peer);
    if (!theirs) return [];
    const reached = theirs[figure] / ours[figure];
    const word = reached >= times ? "met" : "NOT MET";
    return [`- ${title}, ${FIGURES[figure]}, ${peer}: ${ratio(theirs[figure], ours[figure])} × of at least ${times}: ${word}`];
  });
}

export function report(found, leftOut) {
  const [parts, reached] = [[], []];
  for (const n of new Set(found.map((one) => one.n))) {
    for (const [step, title] of [["first", `first sync of ${count(n)}`], ["later", `50 changed of ${count(n)}`]]) {
      const measured = rows(found, n, step);
      parts.push(table(title, measured));
      reached.push(...goals(title, measured));
    }
  }
  const peers = [...new Set(found.map((one) => one.peer))];
  const versions = peers.map((peer) => `${peer.name}: ${peer.version()}`);
  const missing = leftOut.map(({ peer, why }) => `Left out: ${peer.name}: ${why}`);
  return [...parts, reached.join("\n"), `Versions: ${versions.join("; ")}. ~ is reckoned from the smaller number.`, ...missing, ""].join("\n\n");
}
