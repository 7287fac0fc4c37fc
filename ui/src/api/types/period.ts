// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.

import type {
  FigureDto,
  PeriodDto,
} from "./catalogue";
import type {
  BulletinDto,
  WordAnswerDto,
} from "./sync";

export type AmendedHow = "added" | "edited" | "erased";

export type AmendmentDto = { indicator: string, 
/**
 * As it was submitted.
 */
old: number | null, new: number | null, };

export type ChangedRecordDto = { id: string, title: string, how: AmendedHow, };

export type CheckLineDto = { n: number, 
/**
 * The first of them.
 */
first: Array<CheckNameDto>, };

export type CheckNameDto = { 
/**
 * None for a draft of a new record.
 */
id: string | null, kind: string, 
/**
 * Id of a draft.
 */
draft: string | null, title: string, };

export type ChecklistDto = { drafts: CheckLineDto, warnings: CheckLineDto, silent_branches: CheckLineDto, 
/**
 * Branches that stood in the period.
 */
n_branches: number, 
/**
 * Active members whom the newest of their moves does not count, or who have none, whatever the period.
 */
uncounted: CheckLineDto, conflicts: CheckLineDto, 
/**
 * Records that look like another one of the period.
 */
alike: CheckLineDto, 
/**
 * Codes of figures that stand out beside the year before.
 */
odd: Array<string>, n_records: number, n_unsent: number, };

export type PeriodClosedDto = { calendar: string, period: string, first: string, last: string, };

export type PeriodClosedRes = { periods: Array<PeriodClosedDto>, };

export type PeriodClosingRes = { state: PeriodStateDto, figures: Array<FigureDto>, 
/**
 * The same period of the year before.
 */
before: Array<FigureDto>, checklist: ChecklistDto, 
/**
 * The newest first.
 */
submissions: Array<SubmissionDto>, 
/**
 * Figures that stand otherwise than in the newest submission.
 */
amended: Array<AmendmentDto>, 
/**
 * The first of the records that changed since; `state.n_changed` are all.
 */
changed: Array<ChangedRecordDto>, 
/**
 * What the province said of this period, the newest first.
 */
said: Array<BulletinDto>, 
/**
 * The oldest first.
 */
answers: Array<WordAnswerDto>, };

export type PeriodReq = { calendar: string, period: string, };

export type PeriodStateDto = { 
/**
 * Label of the period.
 */
period: string, calendar: string, state: PeriodStateName, 
/**
 * Of the newest submission.
 */
digest: string | null, 
/**
 * 1 for the first submission, from 2 on amendments; 0 before the first.
 */
number: number, submitted_at_ms: number | null, days: PeriodDto, 
/**
 * From today to the day it is due; negative when that is over.
 */
days_left: number, 
/**
 * Records of the period that changed since the newest submission.
 */
n_changed: number, };

export type PeriodStateName = "draft" | "submitted" | "received" | "accepted" | "returned";

export type PeriodStatesReq = { calendar: string, year: number, };

export type PeriodStatesRes = { periods: Array<PeriodStateDto>, };

export type PeriodSubmitReq = { calendar: string, period: string, note: string, };

export type PeriodsListedReq = { calendar: string, };

export type SubmissionDto = { number: number, state: PeriodStateName, digest: string, at_ms: number, 
/**
 * Empty when the name is not known here.
 */
officer: string, note: string, };

