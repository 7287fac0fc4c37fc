use serde_json::{Map, Value as Json};
use sohoi_domain::RecordId;
use sohoi_domain::catalogue::Kind;
use sohoi_store::{DraftRow, Operation};

use crate::record::kind_of;
use crate::{App, AppError};

/// Largest draft that is kept.
const MAX_BYTES: usize = 1 << 20;

/// A form as typed, valid or not.
#[derive(Clone, Debug)]
pub struct Draft {
    pub id: String,
    pub kind: String,
    /// The stored record that is being edited.
    pub record: Option<RecordId>,
    pub fields: Map<String, Json>,
    pub saved_at_ms: i64,
}

pub(crate) fn row_of(draft: &Draft) -> Result<DraftRow, AppError> {
    if draft.id.is_empty() || draft.id.len() > 64 || !draft.id.is_ascii() {
        return Err(AppError::BadRequest("id"));
    }
    let fields_json = Json::Object(draft.fields.clone()).to_string();
    if fields_json.len() > MAX_BYTES {
        return Err(AppError::BadRequest("fields"));
    }
    Ok(DraftRow {
        id: draft.id.clone(),
        kind: draft.kind.clone(),
        record_id: draft.record,
        fields_json,
        saved_at_ms: draft.saved_at_ms,
    })
}

impl App {
    /// Keeps what was typed so far; on disk when this returns.
    ///
    /// # Errors
    /// `record.destroyed`: of a person whose record was erased nothing is written down again.
    pub fn draft_save(&self, mut draft: Draft) -> Result<Draft, AppError> {
        kind_of(&self.catalogue(), &draft.kind)?;
        draft.saved_at_ms = self.now_ms();
        let row = row_of(&draft)?;
        self.with_register(|register| {
            if let Some(id) = draft.record
                && let Some(record) = register.record(id)?
                && record.state.erased
                && register.catalogue().kind_by_num(record.state.kind).is_none_or(Kind::has_personal)
            {
                return Err(AppError::Destroyed);
            }
            register.transact(Operation::DraftSave, row.saved_at_ms, |writer| writer.save_draft(&row))?;
            Ok(draft)
        })
    }

    pub fn draft_discard(&self, id: &str) -> Result<(), AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            register.transact(Operation::DraftDiscard, now_ms, |writer| writer.discard_draft(id))?;
            Ok(())
        })
    }

    /// Newest first.
    pub fn drafts(&self) -> Result<Vec<Draft>, AppError> {
        self.with_register(|register| {
            let rows = register.drafts()?;
            Ok(rows
                .into_iter()
                .map(|row| Draft {
                    id: row.id,
                    kind: row.kind,
                    record: row.record_id,
                    fields: serde_json::from_str(&row.fields_json).unwrap_or_default(),
                    saved_at_ms: row.saved_at_ms,
                })
                .collect())
        })
    }
}
