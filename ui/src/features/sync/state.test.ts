import { expect, test } from "vitest";
import type { SyncStatusRes } from "../../api/generated";
import { progressShare, syncSaying } from "./state";

const enrolled: SyncStatusRes = {
  n_own_changes: 10,
  hub: "https://hub.example",
  n_unsent: 0,
  n_receipted: 10,
  n_photos_unsent: 0,
  photo_bytes_unsent: 0,
  n_photos_lacking: 0,
  n_conflicts: 0,
  last_receipt_at_ms: 1_795_500_000_000,
  running: false,
  n_for_newer_program: 0,
  catalogue: 1,
  behind_catalogue: false,
  receipts: [],
  renewed_at_ms: null,
};
const quiet = { running: false, progress: null, outcome: null };

test("received is said only with a receipt and nothing unsent", () => {
  expect(syncSaying({ status: enrolled, ...quiet })).toEqual({ is: "received", at_ms: 1_795_500_000_000 });
  expect(syncSaying({ status: { ...enrolled, n_unsent: 1 }, ...quiet })).toEqual({ is: "unsent", n_unsent: 1 });
  expect(syncSaying({ status: { ...enrolled, last_receipt_at_ms: null }, ...quiet })).toEqual({ is: "nothing" });
});

test("a partial sync leaves the rest unsent", () => {
  const status = { ...enrolled, n_unsent: 3 };
  expect(syncSaying({ status, ...quiet, outcome: "partial" })).toEqual({ is: "unsent", n_unsent: 3 });
});

test("an attempt that did not reach the hub says so", () => {
  expect(syncSaying({ status: { ...enrolled, n_unsent: 3 }, ...quiet, outcome: "offline" })).toEqual({ is: "offline", n_unsent: 3 });
});

test("a register that is not enrolled never claims receipt", () => {
  expect(syncSaying({ status: { ...enrolled, hub: null }, ...quiet })).toEqual({ is: "not_enrolled", n_unsent: 0 });
});

test("a running sync shows how far it is", () => {
  const progress = { stage: "sending", bytes_sent: 10, bytes_total: 100, n_changes_confirmed: 3, n_changes_total: 4, moved: [] };
  expect(syncSaying({ status: enrolled, running: true, progress, outcome: null }).is).toBe("running");
  expect(progressShare(progress)).toBe(0.75);
  expect(progressShare({ ...progress, n_changes_total: 0 })).toBeNull();
});

test("photos that the hub has not signed for are said to wait, after the changes", () => {
  const status = { ...enrolled, n_photos_unsent: 2, photo_bytes_unsent: 300_000 };
  expect(syncSaying({ status, ...quiet })).toEqual({ is: "photos", n_photos: 2 });
  expect(syncSaying({ status: { ...status, n_unsent: 1 }, ...quiet })).toEqual({ is: "unsent", n_unsent: 1 });
});
