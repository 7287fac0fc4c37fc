import type { SyncRes } from "../../api/generated";
import { writeMoment } from "../../text/date";
import { writeNumber } from "../../text/number";
import { t } from "../../words/words.svelte";
import { progressShare, type SyncSaying } from "./state";

/** The state of sending in one sentence. */
export function sayingText(saying: SyncSaying): string {
  const words = t().sync.saying;
  switch (saying.is) {
    case "running": {
      const share = progressShare(saying.progress);
      const stage = saying.progress?.stage;
      const doing = stage !== undefined && stage in words.stages ? words.stages[stage as keyof typeof words.stages] : words.stages.connecting;
      return share === null ? doing : `${doing} ${writeNumber(Math.floor(share * 100))} %`;
    }
    case "not_enrolled":
      return words.notEnrolled;
    case "offline":
      return words.offline;
    case "unsent":
      return words.unsent(writeNumber(saying.n_unsent));
    case "photos":
      return words.photos(writeNumber(saying.n_photos));
    case "received":
      return words.received(writeMoment(saying.at_ms));
    case "nothing":
      return words.nothing;
  }
}

/** How an attempt ended, in one sentence; success only when the hub signed for everything. */
export function resultText(result: SyncRes): string {
  const words = t().sync.results;
  const onlyPhotos = result.n_unsent === 0 && result.n_photos_unsent > 0;
  const nPhotos = writeNumber(result.n_photos_unsent);
  switch (result.outcome) {
    case "up_to_date":
      return result.n_changes_sent > 0 ? words.upToDate(writeNumber(result.n_changes_sent)) : words.nothingNew;
    case "partial":
      if (onlyPhotos) return words.photosLeft(nPhotos);
      // What was wrong then is told beside it: another PC's records, or the province's counts.
      if (result.n_unsent === 0) return words.ownReceived;
      return words.partial(writeNumber(result.n_changes_sent), writeNumber(result.n_unsent));
    case "offline":
      if (onlyPhotos) return words.offlinePhotos(nPhotos);
      return result.n_unsent === 0 ? words.offlineNothingWaits : words.offline(writeNumber(result.n_unsent));
    case "cancelled":
      if (onlyPhotos) return words.cancelledPhotos(nPhotos);
      return words.cancelled(writeNumber(result.n_unsent));
  }
}

/** `12 kB`, `1,4 MB`, `3,2 GB`. */
export function writeBytes(n_bytes: number): string {
  if (n_bytes < 1000) return `${writeNumber(n_bytes)} B`;
  if (n_bytes < 1_000_000) return `${writeNumber(n_bytes / 1000, n_bytes < 10_000 ? 1 : 0)} kB`;
  return n_bytes < 1_000_000_000 ? `${writeNumber(n_bytes / 1_000_000, 1)} MB` : `${writeNumber(n_bytes / 1_000_000_000, 1)} GB`;
}
