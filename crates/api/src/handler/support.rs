//! What went wrong, told and handed on.

use std::path::Path;

use super::Answer;
use crate::dto::Nothing;
use crate::dto::app::*;
use crate::{Api, convert};

pub(super) fn fault(api: &Api) -> Option<FaultDto> {
    let fault = api.app().untold_fault()?;
    Some(FaultDto { code: fault.code, incident: fault.number, at_ms: convert::ms(fault.at_ms) })
}

pub fn fault_told(api: &Api, _: Nothing) -> Answer<AppState> {
    api.app().fault_told();
    super::app_state(api, Nothing {})
}

pub fn support_save(api: &Api, req: SupportSaveReq) -> Answer<SupportSaveRes> {
    let saved = api.app().support_save(req.folder.as_deref().map(Path::new))?;
    Ok(SupportSaveRes {
        name: super::file_name(&saved.path),
        file: saved.path.display().to_string(),
        n_bytes: saved.n_bytes as f64,
    })
}
