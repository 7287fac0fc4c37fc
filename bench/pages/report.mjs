// Tables of what was measured, as they stand in docs/performance.md.

const GOAL_MS = 100;
const count = (n) => n.toLocaleString("en");
const ms = (n) => (n < 10 ? n.toFixed(1) : count(Math.round(n)));

export function report({ commands, pages, n_drawn, browser, slower, runs }) {
  const work = pages.map((row) => `| ${[row.name, ms(row.total), ms(row.cpu), ms(row.longest), ms(row.script), ms(row.layout), ms(row.first), row.total < GOAL_MS ? "met" : "**not met**"].join(" | ")} |`);
  const asked = commands.rows.map((row) => `| ${[row.name, `\`${row.command}\``, ms(row.first), ms(row.later)].join(" | ")} |`);
  return [
    `${count(commands.n_all)} records, of which ${count(commands.n_members)} are members; medians of ${runs}.`,
    `Main thread of Chromium ${browser}, slowed ${slower} times, in ms (goal: under ${GOAL_MS}); ${n_drawn} rows of the list are drawn.`,
    ["| | all tasks | of it on a processor | the longest | script | style and layout | the first time | |", "|---|---:|---:|---:|---:|---:|---:|---|", ...work].join("\n"),
    "What the register needs, not slowed, over loopback, in ms.",
    ["| | command | first after unlocking | later |", "|---|---|---:|---:|", ...asked].join("\n"),
    "",
  ].join("\n\n");
}
