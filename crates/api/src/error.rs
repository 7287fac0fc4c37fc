//! Codes the UI has words for. A code is added when something gives it; the UI's table must hold every one.

use serde_json::Map;
use sohoi_app::AppError;
use sohoi_app::incident::number;

use crate::dto::ErrorBody;

/// All codes that a command can answer with. TypeScript refuses a dictionary that lacks one.
pub const CODES: &[&str] = &[
    "app.already_open",
    "app.busy",
    "app.fault",
    "app.not_open",
    "backup.exists",
    "bundle.damaged",
    "bundle.disk_full",
    "bundle.empty",
    "bundle.exists",
    "bundle.gone",
    "bundle.io",
    "bundle.is_answer",
    "bundle.is_bundle",
    "bundle.not_ours",
    "bundle.other_device",
    "bundle.other_hub",
    "bundle.other_unit",
    "bundle.read_only",
    "bundle.too_large",
    "bundle.too_new",
    "bundle.truncated",
    "bundle.unknown_changes",
    "enrol.bad_address",
    "enrol.bad_code",
    "enrol.bad_file",
    "enrol.expired",
    "enrol.other_unit",
    "enrol.too_many",
    "period.not_begun",
    "period.note_too_long",
    "period.unknown",
    "photo.damaged",
    "photo.document",
    "photo.film",
    "photo.heic",
    "photo.not_a_picture",
    "photo.other_kind",
    "photo.too_large",
    "photo.too_many_pixels",
    "photo.unknown",
    "photo.unreadable",
    "record.destroyed",
    "record.erased",
    "record.invalid",
    "record.no_conflict",
    "record.unknown_id",
    "record.unknown_kind",
    "record.unknown_reference",
    "register.absent",
    "register.exists",
    "register.pin_too_short",
    "register.pin_too_simple",
    "register.too_late_to_pair",
    "register.wait",
    "register.wrong_commune_code",
    "register.wrong_pin",
    "register.wrong_recovery_code",
    "sample.folder_taken",
    "sample.refused",
    "store.busy",
    "store.damaged",
    "store.disk_full",
    "store.io",
    "store.too_new",
    "sync.bad_bulletin",
    "sync.bad_pull",
    "sync.bad_receipt",
    "sync.batch_refused",
    "sync.cancelled",
    "sync.counts_differ",
    "sync.cut_off",
    "sync.forked",
    "sync.hub_full",
    "sync.more_by_file",
    "sync.not_enrolled",
    "sync.not_hub",
    "sync.offline",
    "sync.other_copy",
    "sync.other_hub",
    "sync.refused",
    "sync.renewed_by_file",
    "sync.revoked",
    "sync.send_again",
    "sync.stalled",
    "sync.too_old",
    "sync.unknown_device",
    "sync.untrusted",
    "undo.changed",
    "undo.nothing",
    "unit.not_valid",
    "unit.unknown",
    "usage.bad_request",
];

/// Code, facts and an incident number; the cause goes to the log under that number, once.
pub fn error_body(error: &AppError) -> ErrorBody {
    let code = CODES.iter().find(|code| **code == error.code()).copied().unwrap_or("app.fault");
    let incident = number();
    // Causes name files, codes and numbers; what was typed is in none of them.
    tracing::warn!(incident, code, cause = %Causes(error), "an action was refused or failed");
    ErrorBody { code: code.to_string(), params: error.params(), incident }
}

pub(crate) fn bad_json(_: serde_json::Error) -> ErrorBody {
    // The message could quote what was typed.
    bad_request()
}

pub(crate) fn bad_request() -> ErrorBody {
    ErrorBody { code: "usage.bad_request".into(), params: Map::new(), incident: number() }
}

pub(crate) fn busy() -> ErrorBody {
    ErrorBody { code: "app.busy".into(), params: Map::new(), incident: number() }
}

struct Causes<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}
