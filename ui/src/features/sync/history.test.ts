import { expect, test } from "vitest";
import type { SyncRunDto } from "../../api/generated";
import { t } from "../../words/words.svelte";
import { cameText, endedText, trafficText, wayText, wentText } from "./history";

const run: SyncRunDto = {
  way: "line",
  ended_at_ms: 1,
  outcome: "up_to_date",
  problem: null,
  incident: null,
  n_changes_sent: 1_234,
  n_photos_sent: 2,
  bytes_sent: 45_000,
  n_batches_pulled: 0,
  n_photos_pulled: 0,
  n_bulletins: 0,
  bytes_received: 900,
  n_unsent: 0,
  file: null,
  stick: null,
  n_receipts: 1,
  receipt: "04HMAS-1-KPES",
  received_at_ms: 1,
};

test("a line tells what went and what came", () => {
  expect(wentText(run)).toBe("1.234 thay đổi, 2 ảnh (45 kB)");
  expect(cameText(run)).toBe(t().history.nothing);
  expect(cameText({ ...run, n_batches_pulled: 3, n_bulletins: 1 })).toBe("3 gói của máy khác, 1 tin của tỉnh (900 B)");
});

test("nothing is said of what did not move, but that there was no news", () => {
  const nothing = { ...run, n_changes_sent: 0, n_photos_sent: 0 };
  expect(trafficText({ ...nothing, outcome: "offline" })).toBeNull();
  expect(trafficText(nothing)).toBe(t().history.nothingMoved);
  expect(trafficText(run)).toBe("Đã gửi: 1.234 thay đổi, 2 ảnh (45 kB) · Đã nhận về: không có gì mới");
  expect(trafficText({ ...run, way: "file_out", n_photos_sent: 0 })).toBe("Trong tệp: 1.234 thay đổi (45 kB)");
});

test("what is left is told, and a file that was written is not called received", () => {
  const words = t().history.outcomes;
  expect(endedText(run)).toBe(words.up_to_date);
  expect(endedText({ ...run, outcome: "partial", n_unsent: 7 })).toBe(words.partial("7"));
  expect(endedText({ ...run, outcome: "partial" })).toBe(words.partialNone);
  expect(endedText({ ...run, outcome: "written", way: "file_out" })).toBe(words.written);
  expect(wayText({ ...run, way: "file_in" })).toBe(t().history.ways.file_in);
  expect(wayText({ ...run, way: "file_out", stick: { name: "KINGSTON", letter: "E:" } })).toBe("Ghi tệp gửi tỉnh · USB KINGSTON (E:)");
});
