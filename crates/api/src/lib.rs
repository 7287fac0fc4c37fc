//! What the UI can say: requests, responses, one command list and the error codes.
//!
//! A handler converts, calls `sohoi-app`, converts; it decides nothing. Every call is synchronous: hosts run
//! them on threads that may block.

mod convert;
mod desk;
pub mod dto;
mod error;
mod handler;
mod together;
mod typescript;

use std::path::Path;

use dto::sync::SyncProgress;
use serde_json::Value;
use sohoi_app::App;

pub use desk::Desk;
pub use error::{CODES, error_body};
pub use sohoi_app::incident;
pub use together::{MOST_TOGETHER, together};
pub use typescript::{typescript, typescript_codes};

/// Told while a sync runs.
pub type OnProgress = Box<dyn Fn(SyncProgress) + Send + Sync>;

/// One register behind the command list.
pub struct Api {
    app: App,
    on_progress: OnProgress,
}

impl Api {
    pub fn new(home: &Path, on_progress: OnProgress) -> Api {
        Api { app: App::new(home), on_progress }
    }

    /// The sample beside the register in `home`. It never syncs, so nobody is told of anything.
    pub(crate) fn sample(home: &Path) -> Api {
        Api { app: App::sample(home), on_progress: Box::new(|_| {}) }
    }

    pub fn app(&self) -> &App {
        &self.app
    }
}

/// True for commands after which the daily backup may be due.
pub fn writes(command: &str) -> bool {
    matches!(
        command,
        "record_save"
            | "record_erase"
            | "record_restore"
            | "record_merge"
            | "record_unmerge"
            | "table_save"
            | "conflict_resolve"
            | "undo"
            | "redo"
            | "period_submit"
            | "word_answer"
    )
}

macro_rules! commands {
    ($($name:ident: $request:ty => $response:ty),+ $(,)?) => {
        /// Every command by name, with its request and response.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),+];

        impl Api {
            /// Runs a command by name.
            ///
            /// # Errors
            /// `usage.bad_request` for an unknown command or a request of another shape; otherwise what the
            /// action says.
            pub fn call(&self, command: &str, request: Value) -> Result<Value, dto::ErrorBody> {
                let answer = self.dispatch(command, request);
                if let Err(error) = &answer {
                    self.app.incident_note(&error.incident, &error.code);
                }
                answer
            }

            /// What a host says of an action that it asked for without a command, noted like any other.
            pub fn refused(&self, error: &sohoi_app::AppError) -> dto::ErrorBody {
                let body = error_body(error);
                self.app.incident_note(&body.incident, &body.code);
                body
            }

            fn dispatch(&self, command: &str, request: Value) -> Result<Value, dto::ErrorBody> {
                match command {
                    $(stringify!($name) => {
                        let request: $request = serde_json::from_value(request).map_err(error::bad_json)?;
                        let response: $response = handler::$name(self, request).map_err(|e| error_body(&e))?;
                        serde_json::to_value(response).map_err(error::bad_json)
                    })+
                    _ => Err(error::bad_request()),
                }
            }
        }

        pub(crate) fn command_types(config: &ts_rs::Config) -> Vec<(&'static str, String, String)> {
            vec![$((
                stringify!($name),
                <$request as ts_rs::TS>::name(config),
                <$response as ts_rs::TS>::name(config),
            )),+]
        }
    };
}

use dto::Nothing;
use dto::app::*;
use dto::book::*;
use dto::bulletin::*;
use dto::catalogue::CatalogueRes;
use dto::checklist::*;
use dto::conflict::*;
use dto::connected::*;
use dto::figure::*;
use dto::period::*;
use dto::photo::*;
use dto::record::*;
use dto::sync::*;
use dto::table::*;
use dto::undo::*;

commands! {
    app_state: Nothing => AppState,
    page_begin: Nothing => AppState,
    clock_set: ClockSetReq => AppState,
    unit_list: UnitListReq => Vec<UnitDto>,
    register_create: RegisterCreateReq => RegisterCreateRes,
    register_unlock: UnlockReq => AppState,
    register_recover: RecoverReq => AppState,
    register_lock: Nothing => AppState,
    register_verify: Nothing => VerifyRes,
    fault_told: Nothing => AppState,
    support_save: SupportSaveReq => SupportSaveRes,
    pin_change: PinChangeReq => Nothing,
    recovery_new: RecoveryNewReq => RegisterCreateRes,
    recovery_kept: Nothing => AppState,
    lost_saves_seen: Nothing => Nothing,
    pair_show: PairShowReq => PairShowRes,
    pair_join: PairJoinReq => Nothing,
    settings_save: SettingsDto => SettingsDto,
    sample_open: SampleOpenReq => AppState,
    sample_reset: Nothing => AppState,
    sample_leave: Nothing => AppState,
    sample_step: SampleStepReq => AppState,
    catalogue_get: Nothing => CatalogueRes,
    home_get: HomeReq => HomeRes,
    record_list: RecordListReq => RecordListRes,
    record_get: RecordIdReq => RecordDto,
    record_history: RecordIdReq => RecordHistoryRes,
    record_connected: RecordConnectedReq => RecordConnectedRes,
    record_check: RecordCheckReq => RecordCheckRes,
    record_save: RecordSaveReq => RecordSaveRes,
    record_erase: RecordEraseReq => RecordSaveRes,
    record_restore: RecordIdReq => RecordSaveRes,
    record_merge: RecordMergeReq => RecordSaveRes,
    record_unmerge: RecordIdReq => RecordSaveRes,
    table_check: TableCheckReq => TableCheckRes,
    table_save: TableSaveReq => TableSaveRes,
    book_get: BookReq => BookRes,
    checklist_places: ChecklistPlacesReq => ChecklistPlacesRes,
    checklist_get: ChecklistReq => ChecklistRes,
    undo_state: Nothing => UndoStateRes,
    undo: UndoReq => UndoRes,
    redo: UndoReq => UndoRes,
    bin_list: BinListReq => BinListRes,
    views_get: Nothing => ViewsDto,
    views_save: ViewsDto => ViewsDto,
    conflict_list: Nothing => ConflictListRes,
    conflict_resolve: ConflictResolveReq => RecordSaveRes,
    draft_list: Nothing => DraftListRes,
    draft_save: DraftSaveReq => DraftDto,
    draft_discard: DraftDiscardReq => Nothing,
    photo_add: PhotoAddReq => PhotoDto,
    photo_show: PhotoShowReq => PhotoDto,
    period_list: PeriodListReq => PeriodListRes,
    period_states: PeriodStatesReq => PeriodStatesRes,
    periods_listed: PeriodsListedReq => PeriodStatesRes,
    periods_due: Nothing => PeriodStatesRes,
    periods_closed: Nothing => PeriodClosedRes,
    period_closing: PeriodReq => PeriodClosingRes,
    period_submit: PeriodSubmitReq => PeriodStateDto,
    figures_get: FiguresReq => FiguresRes,
    figures_by_place: FiguresByPlaceReq => FiguresByPlaceRes,
    enrol: EnrolReq => EnrolRes,
    sync_status: Nothing => SyncStatusRes,
    sync_waiting: Nothing => SyncWaitingRes,
    sync_history: SyncHistoryReq => SyncHistoryRes,
    sync_start: Nothing => SyncRes,
    sync_cancel: Nothing => Nothing,
    bundle_places: BundlePlacesReq => BundlePlacesRes,
    bundle_out: BundleOutReq => BundleOutRes,
    bundle_cancel: Nothing => Nothing,
    bundle_in: BundleInReq => SyncRes,
    bulletin_list: BulletinListReq => BulletinListRes,
    record_said: RecordIdReq => RecordSaidRes,
    word_answer: WordAnswerReq => Nothing,
}
