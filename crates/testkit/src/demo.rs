//! A province for a demonstration: registers of communes of 2018, recorded in and sent.

use std::path::PathBuf;

use serde_json::json;

use crate::{Cli, Hub};

pub struct Demo {
    /// Of a hub that was made and is not served.
    pub hub_data: PathBuf,
    pub sohoi: PathBuf,
    pub hub: PathBuf,
    /// Where the communes' registers go.
    pub home: PathBuf,
}

const DAY: &str = "2018-06-30";

/// Communes of 2018 in what is A Lưới today.
const COMMUNES: &[&str] = &["20044", "20047", "20050"];

pub fn fill(demo: &Demo) {
    let mut hub = Hub::over(demo.hub.clone(), demo.hub_data.clone());
    hub.serve();
    for (place, unit) in (1..).zip(COMMUNES) {
        let cli = Cli::of(demo.sohoi.clone(), demo.home.join(unit));
        cli.init_on(unit, Some(DAY));
        for day in 1..=place {
            cli.add("propaganda_activity", &activity(day));
        }
        let file = hub.enrolment_on(unit, Some(DAY));
        cli.get(&["enrol", file.to_str().expect("temporary folders have plain names")]);
        let sent = cli.get(&["sync"]);
        assert_eq!(sent["state"], "up_to_date", "the commune {unit} is not up to date: {sent}");
    }
    hub.stop();
}

fn activity(day: u32) -> serde_json::Value {
    json!({
        "title": "Phổ biến Chỉ thị 21-CT/TW",
        "topic": "chinh_tri_tu_tuong",
        "form": "hop_chi_hoi",
        "held_on": format!("2018-03-{day:02}"),
        "n_total": 40 + day,
        "n_women": 40,
    })
}
