// One line of the history in words.
import type { SyncRunDto } from "../../api/generated";
import { writeNumber } from "../../text/number";
import { t } from "../../words/words.svelte";
import { stickName } from "./place";
import { writeBytes } from "./sentence";

const listed = (parts: [n: number, words: (n: string) => string][], n_bytes: number): string => {
  const said = parts.filter(([n]) => n > 0).map(([n, words]) => words(writeNumber(n)));
  if (said.length === 0) return t().history.nothing;
  return n_bytes > 0 ? `${said.join(", ")} (${writeBytes(n_bytes)})` : said.join(", ");
};

export function wentText(run: SyncRunDto): string {
  const words = t().history;
  return listed([[run.n_changes_sent, words.changes], [run.n_photos_sent, words.photos]], run.bytes_sent);
}

export function cameText(run: SyncRunDto): string {
  const words = t().history;
  const came: [number, (n: string) => string][] = [[run.n_batches_pulled, words.batches], [run.n_photos_pulled, words.photos], [run.n_bulletins, words.bulletins]];
  return listed(came, run.bytes_received);
}

/** Both ways in one line; null when nothing moved and nothing was to be expected. */
export function trafficText(run: SyncRunDto): string | null {
  const words = t().history;
  const [went, came] = [wentText(run), cameText(run)];
  if (run.way === "file_out") return `${words.inFile}: ${went}`;
  const isNothing = went === words.nothing && came === words.nothing;
  if (isNothing && run.outcome !== "up_to_date") return null;
  return isNothing ? words.nothingMoved : `${words.went}: ${went} · ${words.came}: ${came}`;
}

/** How it ended; that the province has it is said by its receipt alone. */
export function endedText(run: SyncRunDto): string {
  const words = t().history.outcomes;
  switch (run.outcome) {
    case "up_to_date":
      return words.up_to_date;
    case "offline":
      return words.offline;
    case "cancelled":
      return words.cancelled;
    case "written":
      return words.written;
    default:
      return run.n_unsent > 0 ? words.partial(writeNumber(run.n_unsent)) : words.partialNone;
  }
}

/** With the stick that its file was on. */
export function wayText(run: SyncRunDto): string {
  const ways = t().history.ways;
  const way = run.way in ways ? ways[run.way as keyof typeof ways] : run.way; // an answer of a newer program
  return run.stick ? `${way} · ${stickName(run.stick)}` : way;
}
