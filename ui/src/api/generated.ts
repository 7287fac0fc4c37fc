// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.

import type {
  AppState,
  ClockSetReq,
  HomeReq,
  HomeRes,
  Nothing,
  PairJoinReq,
  PairShowReq,
  PairShowRes,
  PinChangeReq,
  RecoverReq,
  RecoveryNewReq,
  RegisterCreateReq,
  RegisterCreateRes,
  SampleOpenReq,
  SampleStepReq,
  SettingsDto,
  SupportSaveReq,
  SupportSaveRes,
  UnitDto,
  UnitListReq,
  UnlockReq,
  VerifyRes,
} from "./types/app";
import type {
  CatalogueRes,
  FiguresByPlaceReq,
  FiguresByPlaceRes,
  FiguresReq,
  FiguresRes,
  PeriodListReq,
  PeriodListRes,
} from "./types/catalogue";
import type {
  PeriodClosedRes,
  PeriodClosingRes,
  PeriodReq,
  PeriodStateDto,
  PeriodStatesReq,
  PeriodStatesRes,
  PeriodSubmitReq,
  PeriodsListedReq,
} from "./types/period";
import type {
  BookReq,
  BookRes,
  ChecklistPlacesReq,
  ChecklistPlacesRes,
  ChecklistReq,
  ChecklistRes,
  ConflictListRes,
  ConflictResolveReq,
  DraftDiscardReq,
  DraftDto,
  DraftListRes,
  DraftSaveReq,
  PhotoAddReq,
  PhotoDto,
  PhotoShowReq,
  RecordCheckReq,
  RecordCheckRes,
  RecordConnectedReq,
  RecordConnectedRes,
  RecordDto,
  RecordEraseReq,
  RecordHistoryRes,
  RecordIdReq,
  RecordListReq,
  RecordListRes,
  RecordMergeReq,
  RecordSaveReq,
  RecordSaveRes,
  TableCheckReq,
  TableCheckRes,
  TableSaveReq,
  TableSaveRes,
} from "./types/record";
import type {
  BulletinListReq,
  BulletinListRes,
  BundleInReq,
  BundleOutReq,
  BundleOutRes,
  BundlePlacesReq,
  BundlePlacesRes,
  EnrolReq,
  EnrolRes,
  RecordSaidRes,
  SyncHistoryReq,
  SyncHistoryRes,
  SyncRes,
  SyncStatusRes,
  SyncWaitingRes,
  WordAnswerReq,
} from "./types/sync";
import type {
  BinListReq,
  BinListRes,
  UndoReq,
  UndoRes,
  UndoStateRes,
  ViewsDto,
} from "./types/undo";

export * from "./types/app";
export * from "./types/catalogue";
export * from "./types/record";
export * from "./types/undo";
export * from "./types/period";
export * from "./types/sync";

/** So many commands go in one request at most. */
export const MOST_TOGETHER = 16;

export interface Commands {
  app_state: { req: Nothing; res: AppState };
  page_begin: { req: Nothing; res: AppState };
  clock_set: { req: ClockSetReq; res: AppState };
  unit_list: { req: UnitListReq; res: Array<UnitDto> };
  register_create: { req: RegisterCreateReq; res: RegisterCreateRes };
  register_unlock: { req: UnlockReq; res: AppState };
  register_recover: { req: RecoverReq; res: AppState };
  register_lock: { req: Nothing; res: AppState };
  register_verify: { req: Nothing; res: VerifyRes };
  fault_told: { req: Nothing; res: AppState };
  support_save: { req: SupportSaveReq; res: SupportSaveRes };
  pin_change: { req: PinChangeReq; res: Nothing };
  recovery_new: { req: RecoveryNewReq; res: RegisterCreateRes };
  recovery_kept: { req: Nothing; res: AppState };
  lost_saves_seen: { req: Nothing; res: Nothing };
  pair_show: { req: PairShowReq; res: PairShowRes };
  pair_join: { req: PairJoinReq; res: Nothing };
  settings_save: { req: SettingsDto; res: SettingsDto };
  sample_open: { req: SampleOpenReq; res: AppState };
  sample_reset: { req: Nothing; res: AppState };
  sample_leave: { req: Nothing; res: AppState };
  sample_step: { req: SampleStepReq; res: AppState };
  catalogue_get: { req: Nothing; res: CatalogueRes };
  home_get: { req: HomeReq; res: HomeRes };
  record_list: { req: RecordListReq; res: RecordListRes };
  record_get: { req: RecordIdReq; res: RecordDto };
  record_history: { req: RecordIdReq; res: RecordHistoryRes };
  record_connected: { req: RecordConnectedReq; res: RecordConnectedRes };
  record_check: { req: RecordCheckReq; res: RecordCheckRes };
  record_save: { req: RecordSaveReq; res: RecordSaveRes };
  record_erase: { req: RecordEraseReq; res: RecordSaveRes };
  record_restore: { req: RecordIdReq; res: RecordSaveRes };
  record_merge: { req: RecordMergeReq; res: RecordSaveRes };
  record_unmerge: { req: RecordIdReq; res: RecordSaveRes };
  table_check: { req: TableCheckReq; res: TableCheckRes };
  table_save: { req: TableSaveReq; res: TableSaveRes };
  book_get: { req: BookReq; res: BookRes };
  checklist_places: { req: ChecklistPlacesReq; res: ChecklistPlacesRes };
  checklist_get: { req: ChecklistReq; res: ChecklistRes };
  undo_state: { req: Nothing; res: UndoStateRes };
  undo: { req: UndoReq; res: UndoRes };
  redo: { req: UndoReq; res: UndoRes };
  bin_list: { req: BinListReq; res: BinListRes };
  views_get: { req: Nothing; res: ViewsDto };
  views_save: { req: ViewsDto; res: ViewsDto };
  conflict_list: { req: Nothing; res: ConflictListRes };
  conflict_resolve: { req: ConflictResolveReq; res: RecordSaveRes };
  draft_list: { req: Nothing; res: DraftListRes };
  draft_save: { req: DraftSaveReq; res: DraftDto };
  draft_discard: { req: DraftDiscardReq; res: Nothing };
  photo_add: { req: PhotoAddReq; res: PhotoDto };
  photo_show: { req: PhotoShowReq; res: PhotoDto };
  period_list: { req: PeriodListReq; res: PeriodListRes };
  period_states: { req: PeriodStatesReq; res: PeriodStatesRes };
  periods_listed: { req: PeriodsListedReq; res: PeriodStatesRes };
  periods_due: { req: Nothing; res: PeriodStatesRes };
  periods_closed: { req: Nothing; res: PeriodClosedRes };
  period_closing: { req: PeriodReq; res: PeriodClosingRes };
  period_submit: { req: PeriodSubmitReq; res: PeriodStateDto };
  figures_get: { req: FiguresReq; res: FiguresRes };
  figures_by_place: { req: FiguresByPlaceReq; res: FiguresByPlaceRes };
  enrol: { req: EnrolReq; res: EnrolRes };
  sync_status: { req: Nothing; res: SyncStatusRes };
  sync_waiting: { req: Nothing; res: SyncWaitingRes };
  sync_history: { req: SyncHistoryReq; res: SyncHistoryRes };
  sync_start: { req: Nothing; res: SyncRes };
  sync_cancel: { req: Nothing; res: Nothing };
  bundle_places: { req: BundlePlacesReq; res: BundlePlacesRes };
  bundle_out: { req: BundleOutReq; res: BundleOutRes };
  bundle_cancel: { req: Nothing; res: Nothing };
  bundle_in: { req: BundleInReq; res: SyncRes };
  bulletin_list: { req: BulletinListReq; res: BulletinListRes };
  record_said: { req: RecordIdReq; res: RecordSaidRes };
  word_answer: { req: WordAnswerReq; res: Nothing };
}
