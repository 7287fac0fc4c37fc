// What the register needs for what the pages ask: the first answer after unlocking, and the median of the later ones.
import { PIN } from "./host.mjs";

const list = (more) => ["record_list", { kind: "member", search: null, period: null, calendar: null, indicator: null, offset: 0, limit: 50, ...more }];
const all = (more) => list({ kind: null, ...more });
const born = { field: "birth_year", op: "between", values: [1970, 1980] };
const book = (more) => ["book_get", { kind: "member", place_field: null, place: null, marks: {}, calendar: null, period: null, offset: 0, limit: 50, ...more }];

/** Unlocking first, so that every first answer finds nothing in memory. */
async function questions(host) {
  const { n_total } = await host.ask(...list({ limit: 1 }));
  const n_all = (await host.ask(...all({ limit: 1 }))).n_total;
  const { rows } = await host.ask(...list({ limit: 1 }));
  const states = await host.ask("period_states", { calendar: "nd09", year: 2025 });
  const submitted = states.periods.find((one) => one.state !== "draft")?.period ?? "2025-06";
  const id = rows[0].id;
  return {
    n_all,
    n_total,
    asked: [
      ["home", "home_get", {}],
      ["home: what is due", "periods_due", {}],
      ["periods of a year", "period_states", { calendar: "nd09", year: 2025 }],
      ["closing a month", "period_closing", { calendar: "nd09", period: submitted }],
      ["closing a year", "period_closing", { calendar: "nd09", period: "2025" }],
      ["progress of a year", "figures_get", { calendar: "nd09", period: "2026", mode: "now", indicators: [] }],
      ["all records, the first rows", ...all({})],
      ["all records, the last rows", ...all({ offset: n_all - 50 })],
      ["members, the first rows", ...list({})],
      ["members, the last rows", ...list({ offset: n_total - 50 })],
      ["members born 1970 to 1980", ...list({ filters: [born] })],
      ["members by name", ...list({ sort: "title" })],
      ["members by name, the last rows", ...list({ sort: "title", offset: n_total - 50 })],
      ["both, the last rows", ...list({ filters: [born], sort: "title", offset: 1_000 })],
      ["search of two words", ...all({ search: "nguyen thi" })],
      ["search of a letter", ...all({ search: "h" })],
      ["book of members, the first rows", ...book({})],
      ["book of members, the last rows", ...book({ offset: n_total - 50 })],
      ["a record", "record_get", { id }],
      ["its history", "record_history", { id }],
      ["what refers to it", "record_connected", { id, kind: null, offset: 0, limit: 5 }],
      ["a form's check", "record_check", { kind: "member", fields: { full_name: "Nguyễn Thị Hoa", birth_year: 1980 }, id: null }],
    ],
  };
}

const median = (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];

async function timed(host, command, request) {
  const before = performance.now();
  await host.ask(command, request);
  return performance.now() - before;
}

export async function commandsOf(host, n_runs, say) {
  await host.ask("register_unlock", { pin: PIN });
  const { n_all, n_total, asked } = await questions(host);
  const rows = [];
  for (const [name, command, request] of asked) {
    await host.ask("register_lock", {});
    await host.ask("register_unlock", { pin: PIN });
    const first = await timed(host, command, request);
    const later = [];
    // What takes seconds is not worth a minute.
    for (let run = 0; run < n_runs && (run === 0 || first < 5_000); run += 1) later.push(await timed(host, command, request));
    rows.push({ name, command, first, later: median(later) });
    say(`${name}: ${first.toFixed(1)} ms, then ${median(later).toFixed(1)} ms`);
  }
  return { rows, n_all, n_members: n_total };
}
