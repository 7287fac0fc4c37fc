import { describe, expect, it } from "vitest";
import type { SyncOutcome, SyncRes } from "../../api/generated";
import { t } from "../../words/words.svelte";
import { resultText } from "./sentence";

function ended(outcome: SyncOutcome, n_unsent: number): SyncRes {
  return { outcome, n_unsent, n_changes_sent: 3, n_batches_sent: 1, bytes_sent: 1, bytes_received: 1, n_batches_pulled: 0, n_bulletins: 0, n_strangers: 0, n_unreadable: 0, n_photos_unsent: 0, problem: null, incident: null, receipt: null };
}

describe("how an attempt ended", () => {
  it("speaks of no changes that wait when there are none", () => {
    const words = t().sync.results;
    expect(resultText(ended("offline", 0))).toBe(words.offlineNothingWaits);
    expect(resultText(ended("offline", 2))).toBe(words.offline("2"));
    expect(resultText(ended("partial", 0))).toBe(words.ownReceived);
    expect(resultText({ ...ended("offline", 0), n_photos_unsent: 2 })).toBe(words.offlinePhotos("2"));
    expect(resultText({ ...ended("cancelled", 0), n_photos_unsent: 2 })).toBe(words.cancelledPhotos("2"));
    expect(resultText(ended("partial", 2))).toBe(words.partial("3", "2"));
  });
});
