//! How this PC's officers like the window.

use std::sync::PoisonError;

use serde::{Deserialize, Serialize};
use sohoi_store::Operation;

use crate::{App, AppError};

const KEY: &str = "window";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `vi` or `en`.
    pub language: String,
    pub calendar: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// 100, 115, 130 or 150.
    pub text_percent: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            language: "vi".into(),
            calendar: "union".into(),
            theme: "system".into(),
            text_percent: 100,
        }
    }
}

impl App {
    /// Defaults until a register is open, or what was chosen elsewhere meanwhile.
    pub fn settings(&self) -> Settings {
        match self.with_register(|register| Ok(register.setting(KEY)?)) {
            Ok(stored) => stored.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
            Err(_) => self.before_open.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// What the pages show until a register is open; nothing is written.
    pub fn settings_until_open(&self, settings: Settings) {
        *self.before_open.lock().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    pub fn settings_save(&self, settings: &Settings) -> Result<(), AppError> {
        self.calendar(&settings.calendar)?;
        let known = matches!(settings.language.as_str(), "vi" | "en")
            && matches!(settings.theme.as_str(), "system" | "light" | "dark")
            && matches!(settings.text_percent, 100 | 115 | 130 | 150);
        if !known {
            return Err(AppError::BadRequest("settings"));
        }
        let json = serde_json::to_string(settings).map_err(|_| AppError::BadRequest("settings"))?;
        let now_ms = self.now_ms();
        self.with_register(|register| {
            register.transact(Operation::SettingSave, now_ms, |writer| writer.set_setting(KEY, &json))?;
            Ok(())
        })
    }
}
