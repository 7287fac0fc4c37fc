// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.

import type {
  FigureDto,
  PeriodDto,
} from "./catalogue";
import type {
  DraftDto,
} from "./record";

export type Answered = { "ok": unknown } | { "error": ErrorBody };

export type AppState = { state: RegisterState, version: string, 
/**
 * Shown on the lock screen, so that an officer sees whose register this is.
 */
unit: UnitDto | null, 
/**
 * Today, as well as it is known.
 */
today: string, clock: ClockDto, 
/**
 * Seconds to wait before another PIN is tried; 0 when none.
 */
pin_wait_s: number, settings: SettingsDto, 
/**
 * What the program has to say of a fault that it could not tell of when it happened.
 */
fault: FaultDto | null, 
/**
 * A recovery code was made, and nobody has said that it is on paper.
 */
lacks_recovery: boolean, 
/**
 * Set while the sample is shown in the place of the commune's own register.
 */
sample: SampleDto | null, };

export type Asked = { command: string, request: unknown, };

export type ClockDoubt = "none" | "behind" | "ahead" | "corrected_by_hub" | "corrected_by_officer";

export type ClockDto = { doubt: ClockDoubt, 
/**
 * The day that the PC itself shows.
 */
shown_day: string, };

export type ClockSetReq = { 
/**
 * The day that it is.
 */
today: string, };

export type ErrorBody = { code: string, params: Record<string, string | number>, 
/**
 * Number the officer can read out; it is in the log beside the cause.
 */
incident: string, };

export type FaultDto = { 
/**
 * `app.fault`: the program ended. `app.page_ended`: the page was lost and has been opened again.
 */
code: string, incident: string, at_ms: number, };

export type HomeReq = Record<symbol, never>;

export type HomeRes = { unit: UnitDto, officer: string, 
/**
 * The month and the year of today in the chosen calendar.
 */
month: PeriodDto, year: PeriodDto, 
/**
 * Records dated in the month, by kind; kinds without any are left out.
 */
recorded: Array<KindCount>, 
/**
 * All of these together.
 */
n_records: number, 
/**
 * Indicators with a target in the year.
 */
figures: Array<FigureDto>, drafts: Array<DraftDto>, n_unsent: number, n_conflicts: number, last_receipt_at_ms: number | null, backup_age_days: number | null, 
/**
 * What a bad disk did to the last saves before a cut, until `lost_saves_seen`.
 */
lost_saves: LostSavesDto | null, };

export type KindCount = { kind: string, n_records: number, };

export type LostSavesDto = { 
/**
 * Saves that cannot be read, of drafts too. With none the fault was set right.
 */
n: number, found_at_ms: number, };

export type Nothing = Record<symbol, never>;

export type PairJoinReq = { code: string, };

export type PairShowReq = { pin: string, };

export type PairShowRes = { 
/**
 * Eight groups of four letters, to be read out to the commune's second PC.
 */
code: string, };

export type PinChangeReq = { old_pin: string, new_pin: string, };

export type RecoverReq = { recovery_code: string, new_pin: string, };

export type RecoveryNewReq = { pin: string, };

export type RegisterCreateReq = { unit_code: string, on: string | null, officer: string, pin: string, };

export type RegisterCreateRes = { device: string, unit: UnitDto, 
/**
 * Shown once, to print or write down; opens the register when the PIN is forgotten.
 */
recovery_code: string, };

export type RegisterState = "absent" | "locked" | "open";

export type SampleDto = { 
/**
 * Step of the tour that comes next, from 0.
 */
step: number, };

export type SampleOpenReq = { 
/**
 * As the page shows them now.
 */
settings: SettingsDto, };

export type SampleStepReq = { step: number, };

export type SettingsDto = { 
/**
 * `vi` or `en`.
 */
language: string, 
/**
 * Id of the calendar that home and progress open with.
 */
calendar: string, 
/**
 * `system`, `light` or `dark`.
 */
theme: string, 
/**
 * Percent of the normal text size: 100, 115, 130 or 150.
 */
text_percent: number, };

export type SupportSaveReq = { 
/**
 * Folder for the file; the register's own when absent.
 */
folder: string | null, };

export type SupportSaveRes = { name: string, file: string, n_bytes: number, };

export type UnitDto = { code: string, valid_from: string, name: string, 
/**
 * The level above as of that day, to tell two communes of one name apart.
 */
parent: string, };

export type UnitListReq = { 
/**
 * Day the units must be valid on; today when absent.
 */
on: string | null, };

export type UnlockReq = { pin: string, };

export type VerifyRes = { ok: boolean, n_records: number, n_changes: number, 
/**
 * Codes and ids, never contents.
 */
differences: Array<string>, };

export type Words = { vi: string, en: string, };

