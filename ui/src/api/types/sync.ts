// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.

export type AnswerFileDto = { path: string, 
/**
 * Name of the file, without the folder.
 */
name: string, 
/**
 * Running number of the file that it answers.
 */
number: number, 
/**
 * The hub's day.
 */
made_on: string, 
/**
 * The register has all receipts that it can bring.
 */
is_known: boolean, };

export type BulletinDto = { number: number, 
/**
 * By the province's clock.
 */
at_ms: number, kind: BulletinKindDto, 
/**
 * Empty when no person said it.
 */
author: string, 
/**
 * Empty when there are no words.
 */
text: string, calendar: string | null, period: string | null, indicator: string | null, 
/**
 * A record that may be of another PC, or gone.
 */
record: string | null, reply_to: number | null, 
/**
 * Kept for a newer version of the program.
 */
for_newer_program: boolean, };

export type BulletinKindDto = "targets" | "catalogue" | "units" | "calendars" | "comment" | "accepted" | "returned" | "unknown";

export type BulletinListReq = { 
/**
 * Comments and decisions only: what the officer has to read.
 */
words_only: boolean, 
/**
 * At most 500.
 */
limit: number, };

export type BulletinListRes = { 
/**
 * Newest first.
 */
bulletins: Array<BulletinDto>, };

export type BundleInReq = { path: string, };

export type BundleOutReq = { folder: string, };

export type BundleOutRes = { 
/**
 * The whole path.
 */
file: string, 
/**
 * Name of the file, without the folder.
 */
name: string, 
/**
 * Running number of the bundles of this PC.
 */
number: number, n_changes: number, n_batches: number, n_bytes: number, };

export type BundlePlacesReq = { folder: string | null, };

export type BundlePlacesRes = { sticks: Array<StickDto>, 
/**
 * Those that bring something new first; at most 20.
 */
answers: Array<AnswerFileDto>, };

export type EnrolReq = { 
/**
 * Text of the enrolment file, or none when hub and code are typed.
 */
file: string | null, hub_url: string | null, code: string | null, };

export type EnrolRes = { 
/**
 * Address of the hub.
 */
hub: string, unit: string, };

export type MovedDto = { from: string, to: string, };

export type ReceiptDto = { 
/**
 * To be read out to the province, which finds the receipt by it.
 */
number: string, first_seq: number, n_changes: number, 
/**
 * The hub's own time.
 */
at_ms: number, };

export type RecordSaidRes = { 
/**
 * Newest first.
 */
said: Array<BulletinDto>, 
/**
 * Oldest first.
 */
answers: Array<WordAnswerDto>, };

export type RunStickDto = { 
/**
 * As its owner called it; may be empty.
 */
name: string, 
/**
 * `E:`, where drives have letters.
 */
letter: string | null, };

export type StickDto = { 
/**
 * As its owner called it; may be empty.
 */
name: string, 
/**
 * `E:`, where drives have letters.
 */
letter: string | null, path: string, n_bytes_free: number, };

export type SyncHistoryReq = { limit: number, };

export type SyncHistoryRes = { runs: Array<SyncRunDto>, 
/**
 * So many are kept.
 */
n_kept: number, };

export type SyncOutcome = "up_to_date" | "partial" | "offline" | "cancelled";

export type SyncProgress = { 
/**
 * `connecting`, `sending`, `receiving` or `checking`.
 */
stage: string, bytes_sent: number, bytes_total: number, n_changes_confirmed: number, n_changes_total: number, 
/**
 * Told once, before anything else goes on.
 */
moved: Array<MovedDto>, };

export type SyncRes = { outcome: SyncOutcome, n_changes_sent: number, n_batches_sent: number, bytes_sent: number, bytes_received: number, 
/**
 * Batches of the commune's other PCs that came down.
 */
n_batches_pulled: number, 
/**
 * What the province said that was new here.
 */
n_bulletins: number, 
/**
 * Other PCs of the unit whose records cannot be read here: they were not paired with this one.
 */
n_strangers: number, 
/**
 * PCs of the commune of which something came that cannot be read here.
 */
n_unreadable: number, n_unsent: number, n_photos_unsent: number, 
/**
 * Code of what stopped it, with words in the UI; none when it went through.
 */
problem: string | null, 
/**
 * Number under which that was noted.
 */
incident: string | null, 
/**
 * Number of the newest receipt that came.
 */
receipt: string | null, };

export type SyncRunDto = { 
/**
 * `line`, `file_out` or `file_in`.
 */
way: string, ended_at_ms: number, 
/**
 * As [`SyncOutcome`], or `written` for a file that was to be carried.
 */
outcome: string, problem: string | null, incident: string | null, n_changes_sent: number, n_photos_sent: number, bytes_sent: number, n_batches_pulled: number, n_photos_pulled: number, n_bulletins: number, bytes_received: number, n_unsent: number, file: string | null, 
/**
 * The stick that the file was on; null for a folder.
 */
stick: RunStickDto | null, n_receipts: number, 
/**
 * Number of the newest receipt that came, and the hub's time in it.
 */
receipt: string | null, received_at_ms: number | null, };

export type SyncStatusRes = { hub: string | null, 
/**
 * Changes that this PC has made, as it is numbered now.
 */
n_own_changes: number, n_unsent: number, n_receipted: number, 
/**
 * Photos that the hub has not signed for.
 */
n_photos_unsent: number, photo_bytes_unsent: number, 
/**
 * Photos of other PCs that have not come yet.
 */
n_photos_lacking: number, n_conflicts: number, last_receipt_at_ms: number | null, running: boolean, 
/**
 * What the province said that only a newer version of the program understands; it is kept.
 */
n_for_newer_program: number, 
/**
 * Version of the catalogue that is worked with.
 */
catalogue: number, 
/**
 * The province published a newer one that this version of the program cannot read.
 */
behind_catalogue: boolean, 
/**
 * Since when this PC goes by a number of its own, because its register was copied or restored from a
 * backup; null on every other PC.
 */
renewed_at_ms: number | null, 
/**
 * Newest first, at most 20.
 */
receipts: Array<ReceiptDto>, };

export type SyncWaitingRes = { 
/**
 * The most first.
 */
kinds: Array<WaitingKindDto>, n_bytes: number, 
/**
 * The bytes are reckoned from a part of it.
 */
reckoned: boolean, };

export type WaitingKindDto = { 
/**
 * Null for what the program itself writes: reports, answers, which records are one.
 */
kind: string | null, n_new: number, n_edited: number, n_erased: number, };

export type WordAnswerDto = { 
/**
 * Number of the word that it answers.
 */
reply_to: number, text: string, at_ms: number, };

export type WordAnswerReq = { 
/**
 * Of the word that it answers; none, as the period, when that is of no period.
 */
calendar: string | null, period: string | null, 
/**
 * Number of the word that it answers.
 */
reply_to: number, text: string, };

