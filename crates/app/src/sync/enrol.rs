use sohoi_store::Operation;
use sohoi_sync::{Enrolling, parse_enrolment_file};

use super::run::runtime;
use crate::{App, AppError};

#[derive(Clone, Debug)]
pub enum EnrolChoice {
    /// Text of the province's file.
    File(String),
    /// Address and code as read out.
    Code { hub_url: String, code: String },
}

#[derive(Clone, Debug)]
pub struct Enrolled {
    pub hub_url: String,
    pub unit_name: String,
}

impl App {
    /// Ties the register to a hub. A file for another commune is refused before anything is sent.
    pub fn enrol(&self, choice: EnrolChoice) -> Result<Enrolled, AppError> {
        self.must_be_real()?;
        let enrolling = match choice {
            EnrolChoice::File(text) => parse_enrolment_file(&text)?,
            EnrolChoice::Code { hub_url, code } => {
                let hub_url = hub_url.trim().to_string();
                if !(hub_url.starts_with("https://") || hub_url.starts_with("http://")) {
                    return Err(AppError::HubAddress);
                }
                if code.trim().is_empty() {
                    return Err(AppError::BadRequest("code"));
                }
                Enrolling { hub_url, code, hub_key: None, roots: Vec::new(), unit: None }
            }
        };
        let now_ms = self.now_ms();
        let (identity, officers, unit) = self.with_register(|register| {
            Ok((register.identity().clone(), register.own_officers()?, register.unit().clone()))
        })?;
        let (row, unit_name) = runtime()?.block_on(enrolling.enrol(&identity, &officers, &unit, now_ms))?;
        let hub_url = row.hub_url.clone();
        let roots = serde_json::to_string(&enrolling.roots).map_err(|_| AppError::BadRequest("file"))?;
        self.with_register(|register| {
            register.transact(Operation::Enrol, now_ms, |writer| {
                writer.set_enrolment(&row)?;
                // The hub knows the device by the code.
                writer.drop_setting(sohoi_store::UNASKED)?;
                writer.set_setting(sohoi_sync::ROOTS, &roots)
            })?;
            // What it said before, if the register comes back to it.
            sohoi_sync::follow_hub(register, now_ms)?;
            register.follow_releases()?;
            Ok(())
        })?;
        Ok(Enrolled { hub_url, unit_name })
    }
}
