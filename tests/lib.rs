//! Journeys across crates: the real programs, as an officer and the province use them.

use serde_json::{Value, json};
use sohoi_testkit::Random;

pub mod office;
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

/// Lines of JSON with `n` activities of 2026, as unlike each other as those that officers write.
pub fn activities(n: u64, seed: u64) -> String {
    const WORDS: [&str; 12] = [
        "tuyên truyền",
        "pháp luật",
        "gia đình",
        "hạnh phúc",
        "vay vốn",
        "chăn nuôi",
        "thôn",
        "bản",
        "sinh hoạt",
        "sức khỏe",
        "trẻ em",
        "vệ sinh",
    ];
    let mut dice = Random::from_seed(seed);
    let mut lines = Vec::new();
    for _ in 0..n {
        let words: Vec<&str> = (0..4).map(|_| WORDS[dice.below(12) as usize]).collect();
        let mut record = activity(&format!("{} {}", words.join(" "), dice.below(100_000)));
        record["held_on"] = format!("2026-{:02}-{:02}", 1 + dice.below(10), 1 + dice.below(28)).into();
        let n_women = 5 + dice.below(60);
        record["n_women"] = n_women.into();
        record["n_total"] = (n_women + dice.below(20)).into();
        lines.push(record.to_string());
    }
    lines.join("\n")
}
