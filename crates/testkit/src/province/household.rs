//! Households: assessed by eight criteria, helped out of poverty, housed.

use serde_json::{Value, json};

use super::plan::{Builder, OUTSIDE};

fn household(builder: &mut Builder, class: &str) -> usize {
    let head = builder.person();
    builder.add(
        "household",
        json!({
            "head_name": head,
            "head_sex": "female",
            "head_birth_year": 1970,
            "ethnicity": "27",
            "subgroup": "27-2",
            "hamlet": "Thôn Mẫu",
            "poverty_class": class,
            "poverty_year": 2017,
            "n_persons": 5,
            "registered_on": "2017-06-01",
        }),
    )
}

fn answers(failed: Option<&str>) -> Value {
    ["k1", "k2", "k3", "k4", "k5", "s1", "s2", "s3"]
        .iter()
        .map(|criterion| {
            let answer = if Some(*criterion) == failed { "fail" } else { "pass" };
            json!({ "criterion": criterion, "answer": answer })
        })
        .collect()
}

fn assessment(household: usize, day: &str, failed: Option<&str>, passed_before: bool) -> Value {
    json!({
        "household": format!("@{household}"),
        "assessed_on": day,
        "year": 2018,
        "criteria_set": "v2010_2014",
        "answers": answers(failed),
        "review": if failed.is_some() { "failed" } else { "passed" },
        "passed_before": passed_before,
        "head_sex": "female",
    })
}

pub fn assessed(builder: &mut Builder, n: i64) {
    for i in 0..n {
        let home = household(builder, "average");
        let day = builder.day(i);
        // One in three failed first, and passed at the second visit.
        if i % 3 == 2 {
            builder.add("household_assessment", assessment(home, "2018-02-01", Some("s2"), false));
        }
        builder.add("household_assessment", assessment(home, &day, None, false));
        builder.expect("GD01", 1);
    }
    // Passed already the year before: nothing new. Failed one criterion: not reached.
    let old = household(builder, "average");
    builder.add("household_assessment", assessment(old, "2018-05-05", None, true));
    let not_yet = household(builder, "near_poor");
    builder.add("household_assessment", assessment(not_yet, "2018-05-06", Some("k1"), false));
    let late = household(builder, "average");
    builder.add("household_assessment", assessment(late, OUTSIDE[1], None, false));
}

pub fn out_of_poverty(builder: &mut Builder, n: i64) {
    for i in 0..n {
        let home = household(builder, "poor");
        let recognised = builder.day(i);
        let help = |support: &str, value: i64| {
            json!({
                "household": format!("@{home}"),
                "supported_on": "2018-03-01",
                "support_type": support,
                "value_vnd": value,
                "class_before": "poor",
                "class_after": "newly_escaped",
                "recognised_on": recognised,
                "female_headed": true,
            })
        };
        builder.add("household_support", help("cay_con_giong", 5_000_000));
        // Helped twice, out of poverty once.
        if i == 0 {
            builder.add("household_support", help("vay_von", 20_000_000));
        }
        builder.expect("GN01", 1);
    }
    // Helped, and still poor.
    let poor = household(builder, "poor");
    let still = json!({ "household": format!("@{poor}"), "supported_on": "2018-04-01", "support_type": "ngay_cong", "class_before": "poor" });
    builder.add("household_support", still);
}

pub fn houses(builder: &mut Builder, n: i64) {
    for i in 0..n {
        let home = household(builder, "poor");
        let day = builder.day(i);
        // 33.250.000 a house, from three purses.
        let own = 8_000_000 + 250_000 * builder.random.below(20) as i64;
        let funding = [("hoi_lhpn", own), ("mat_tran", 12_250_000), ("gia_dinh", 21_000_000 - own)];
        let lines: Vec<Value> = funding
            .iter()
            .map(|(source, amount)| json!({ "source": source, "amount_vnd": amount }))
            .collect();
        let work = if i % 2 == 0 { "repaired" } else { "built" };
        builder.add(
            "housing_support",
            json!({ "household": format!("@{home}"), "beneficiary": "poor_woman", "work": work, "area_m2": 36.5, "funding": lines, "handed_over_on": day }),
        );
        builder.expect("NH01", 1);
        builder.expect("NH02", 33_250_000);
        builder.expect("NH02H", own);
    }
}
