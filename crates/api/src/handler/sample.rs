//! The sample's own commands, on the sample's side; which register they go to is [`crate::Desk`]'s to say.

use super::register::as_settings;
use super::{Answer, app_state};
use crate::Api;
use crate::dto::Nothing;
use crate::dto::app::*;

pub fn sample_open(api: &Api, req: SampleOpenReq) -> Answer<AppState> {
    api.app().sample_open(&as_settings(req.settings))?;
    app_state(api, Nothing {})
}

pub fn sample_reset(api: &Api, _: Nothing) -> Answer<AppState> {
    api.app().sample_reset()?;
    app_state(api, Nothing {})
}

/// Closes it. A register that is not the sample is told as it is.
pub fn sample_leave(api: &Api, _: Nothing) -> Answer<AppState> {
    if api.app().is_sample() {
        api.app().lock();
    }
    app_state(api, Nothing {})
}

pub fn sample_step(api: &Api, req: SampleStepReq) -> Answer<AppState> {
    api.app().sample_step_set(req.step)?;
    app_state(api, Nothing {})
}
