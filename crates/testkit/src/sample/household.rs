//! Households: what they are, how they were assessed, and what was done for them.

use serde_json::{Value, json};

use super::Sample;
use super::people::{branch, hamlet, person};

pub const N_HOUSEHOLDS: usize = 26;

fn class(n: usize) -> &'static str {
    match n {
        _ if n % 6 == 1 => "poor",
        _ if n % 6 == 3 => "near_poor",
        _ => "none",
    }
}

pub fn households(sample: &mut Sample) {
    for n in 0..N_HOUSEHOLDS {
        let is_woman = sample.below(3) > 0;
        let mut fields = json!({
            "head_name": person(sample),
            "head_sex": if is_woman { "female" } else { "male" },
            "head_birth_year": 1955 + sample.below(40),
            "hamlet": hamlet(n),
            "poverty_class": class(n),
            "n_persons": 2 + sample.below(6),
            "registered_on": -640 - 5 * n as i64,
            "branch": branch(n),
        });
        if class(n) != "none" {
            fields["poverty_year"] = (-1).into();
            fields["poverty_decision"] = "215/QĐ-UBND".into();
        }
        sample.add_as(&format!("h{}", n + 1), "household", fields);
    }
}

/// Assessments of two years, supports, houses and scholarships.
pub fn work(sample: &mut Sample) {
    for n in 0..22 {
        let (days_ago, year) = if n % 2 == 0 { (18 + 11 * n as i64, 0) } else { (378 + 6 * n as i64, -1) };
        sample.add("household_assessment", assessment(n, days_ago, year));
    }
    supports(sample);
    houses(sample);
    for (days_ago, level, n_grants) in
        [(40, "tieu_hoc", 3), (96, "thcs", 2), (180, "thpt", 2), (430, "thcs", 4)]
    {
        let fields = json!({
            "fund": "nguyen_thi_dinh",
            "level": level,
            "n_grants": n_grants,
            "amount_vnd": 1_000_000 * n_grants,
            "awarded_on": -days_ago,
        });
        sample.add("scholarship", fields);
    }
}

fn assessment(n: usize, days_ago: i64, year: i64) -> Value {
    let has_passed = n % 7 != 4;
    json!({
        "household": format!("@h{}", n + 1),
        "assessed_on": -days_ago,
        "year": year,
        // The set that holds on that day, with every answer, or all but one.
        "criteria_set": "@default",
        "answers": if has_passed { "@pass" } else { "@all_but_one" },
        "review": if has_passed { "passed" } else { "failed" },
        "head_sex": if n.is_multiple_of(3) { "male" } else { "female" },
        "poverty_class": class(n),
        "branch": branch(n),
    })
}

fn supports(sample: &mut Sample) {
    let given = [
        (2, 21, "cay_con_giong", 6_000_000, None),
        (8, 52, "vay_von", 30_000_000, Some(12)),
        (14, 88, "ngay_cong", 2_400_000, Some(60)),
        (20, 120, "ky_thuat", 1_000_000, None),
        (26, 165, "cay_con_giong", 5_500_000, Some(130)),
        (4, 205, "ve_sinh", 8_000_000, None),
        (10, 300, "nhu_yeu_pham", 600_000, None),
        (16, 395, "vay_von", 20_000_000, None),
        (22, 460, "cay_con_giong", 4_500_000, None),
    ];
    for (household, days_ago, how, value_vnd, recognised) in given {
        let mut fields = json!({
            "household": format!("@h{household}"),
            "supported_on": -days_ago,
            "support_type": how,
            "value_vnd": value_vnd,
            "female_headed": household % 3 > 0,
            "branch": branch(household - 1),
        });
        if let Some(days_ago) = recognised {
            fields["class_before"] = "poor".into();
            fields["class_after"] = "near_poor".into();
            fields["recognised_on"] = (-days_ago).into();
        }
        sample.add("household_support", fields);
    }
}

fn houses(sample: &mut Sample) {
    for (household, days_ago, work, area_m2, hoi, mat_tran, gia_dinh) in [
        (8, 33, "built", 48, 30, 34, 16),
        (14, 140, "repaired", 36, 10, 15, 5),
        (2, 410, "built", 45, 30, 30, 12),
    ] {
        let line =
            |source: &str, millions: i64| json!({ "source": source, "amount_vnd": millions * 1_000_000 });
        let fields = json!({
            "household": format!("@h{household}"),
            "beneficiary": "poor_woman",
            "work": work,
            "area_m2": area_m2,
            "funding": [line("hoi_lhpn", hoi), line("mat_tran", mat_tran), line("gia_dinh", gia_dinh)],
            "started_on": -days_ago - 70,
            "handed_over_on": -days_ago,
            "branch": branch(household - 1),
        });
        sample.add("housing_support", fields);
    }
}
