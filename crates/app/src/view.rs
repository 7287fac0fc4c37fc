//! Lists that an officer keeps by a name: what they are filtered and sorted by. They stay on this PC.

use serde::{Deserialize, Serialize};
use sohoi_store::Operation;

use crate::{App, AppError};

const KEY: &str = "views";
const MAX_VIEWS: usize = 200;
/// In characters.
const MAX_NAME: usize = 60;
/// In bytes.
const MAX_QUERY: usize = 4_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Id of the kind that it lists.
    pub kind: String,
    pub name: String,
    /// What the window's address says after the question mark; a newer window may say more.
    pub query: String,
}

impl App {
    /// In the order in which they are shown.
    pub fn views(&self) -> Result<Vec<View>, AppError> {
        let stored = self.with_register(|register| Ok(register.setting(KEY)?))?;
        Ok(stored.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
    }

    /// Puts these in the place of all that were there.
    ///
    /// # Errors
    /// `usage.bad_request` for too many, for two of one kind and name, and for a name that is empty or too long.
    pub fn views_save(&self, views: &[View]) -> Result<(), AppError> {
        let is_good = |view: &View| {
            let n_letters = view.name.trim().chars().count();
            (1..=MAX_NAME).contains(&n_letters)
                && sohoi_domain::text::is_clean(&view.name, false)
                && view.query.len() <= MAX_QUERY
                && view.kind.len() <= MAX_NAME
        };
        let mut names: Vec<_> = views.iter().map(|view| (&view.kind, view.name.trim())).collect();
        names.sort_unstable();
        let is_twice = names.windows(2).any(|two| two[0] == two[1]);
        if views.len() > MAX_VIEWS || is_twice || !views.iter().all(is_good) {
            return Err(AppError::BadRequest("views"));
        }
        let json = serde_json::to_string(views).map_err(|_| AppError::BadRequest("views"))?;
        let now_ms = self.now_ms();
        self.with_register(|register| {
            register.transact(Operation::SettingSave, now_ms, |writer| writer.set_setting(KEY, &json))?;
            Ok(())
        })
    }
}
