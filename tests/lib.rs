//! Journeys across crates: the real programs, as an officer and the province use them.

use serde_json::{Value, json};

pub mod officer;
pub mod province;

/// A record of an activity in February 2026 that every register takes.
pub fn activity(title: &str) -> Value {
    json!({
        "title": title,
        "topic": "chinh_tri_tu_tuong",
        "form": "hop_chi_hoi",
        "held_on": "2026-02-05",
        "n_total": 42,
        "n_women": 40,
    })
}
