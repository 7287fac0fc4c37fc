// What may be said about sending, decided in one place.
import type { SyncOutcome, SyncProgress, SyncStatusRes } from "../../api/generated";

export type SyncSaying =
  | { is: "running"; progress: SyncProgress | null }
  | { is: "not_enrolled"; n_unsent: number }
  | { is: "offline"; n_unsent: number }
  | { is: "unsent"; n_unsent: number }
  | { is: "photos"; n_photos: number }
  /** Only with the hub's receipt for every change and photo. */
  | { is: "received"; at_ms: number }
  | { is: "nothing" };

export interface SyncFacts {
  status: SyncStatusRes;
  running: boolean;
  progress: SyncProgress | null;
  /** How the last attempt of this session ended, if there was one. */
  outcome: SyncOutcome | null;
}

export function syncSaying({ status, running, progress, outcome }: SyncFacts): SyncSaying {
  const { hub, n_unsent, n_photos_unsent, last_receipt_at_ms } = status;
  if (running || status.running) return { is: "running", progress };
  if (hub === null) return { is: "not_enrolled", n_unsent };
  if (outcome === "offline") return { is: "offline", n_unsent };
  if (n_unsent > 0) return { is: "unsent", n_unsent };
  if (n_photos_unsent > 0) return { is: "photos", n_photos: n_photos_unsent };
  return last_receipt_at_ms === null ? { is: "nothing" } : { is: "received", at_ms: last_receipt_at_ms };
}

/** Share of the work done, 0–1, or null while it cannot be told. */
export function progressShare(progress: SyncProgress | null): number | null {
  if (progress === null || progress.n_changes_total === 0) return null;
  return Math.min(1, progress.n_changes_confirmed / progress.n_changes_total);
}
