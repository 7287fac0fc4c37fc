//! Women: members who come and go, trainees, starters of a business.

use serde_json::{Value, json};

use super::plan::{Builder, OUTSIDE};

/// Classes of at most twenty, in which some women sit twice.
pub fn trained(builder: &mut Builder, n: i64) {
    let mut left = n;
    let mut i = 0;
    let mut earlier: Vec<String> = Vec::new();
    while left > 0 {
        let n_new = left.min(20);
        // Some lists hold only a number for part of the class.
        let n_unnamed = if i == 0 { n_new / 4 } else { 0 };
        let mut names: Vec<String> = (0..n_new - n_unnamed).map(|_| builder.person()).collect();
        let again: Vec<String> = earlier.iter().take(2).cloned().collect();
        earlier.clone_from(&names);
        names.extend(again);
        let n_women = names.len() as i64 + n_unnamed;
        let day = builder.day(i);
        class(builder, &day, &names, n_unnamed);
        builder.expect("DN01", n_new);
        builder.expect("DN01L", n_women);
        left -= n_new;
        i += 1;
    }
}

fn class(builder: &mut Builder, day: &str, names: &[String], n_unnamed: i64) {
    let mut trainees: Vec<Value> = names
        .iter()
        .map(
            |name| json!({ "full_name": name, "birth_year": 1985, "sex": "female", "ethnic_minority": true }),
        )
        .collect();
    let man = builder.person();
    trainees.push(json!({ "full_name": man, "birth_year": 1980, "sex": "male" }));
    let trade = builder.pick(&["det_deng", "may", "chan_nuoi"]);
    let n_women = names.len() as i64 + n_unnamed;
    builder.add(
        "vocational_training",
        json!({
            "class_name": "Dệt dèng nâng cao",
            "trade": trade,
            "level": "duoi_3_thang",
            "started_on": day,
            "role": "coordinated",
            "n_total": n_women + 1,
            "n_women": n_women,
            "n_women_unnamed": n_unnamed,
            "trainees": trainees,
        }),
    );
}

pub fn started_business(builder: &mut Builder, n: i64) {
    for i in 0..n {
        let name = builder.person();
        let day = builder.day(i);
        let help = |day: &str, support: &str| {
            json!({
                "full_name": name,
                "birth_year": 1990,
                "idea": "Gạo đỏ",
                "sector": "trong_trot",
                "support_type": support,
                "supported_on": day,
                "programme_939": true,
            })
        };
        builder.add("startup_support", help(&day, "tu_van"));
        if i == 0 {
            builder.add("startup_support", help("2018-10-10", "tap_huan"));
        }
        builder.expect("KN01", 1);
    }
}

/// Members whose admissions less departures come to `net`.
pub fn members(builder: &mut Builder, net: i64, branches: &[usize]) {
    // Members from before the register, of whom some leave.
    let n_opening = 4 + builder.random.below(3) as i64;
    let opening: Vec<usize> = (0..n_opening)
        .map(|_| {
            let member = member(builder, "2015-03-08", branches);
            event(builder, member, "opening", "2017-01-01");
            member
        })
        .collect();
    builder.expect("HV02", n_opening);
    let leaving = ["moved_out", "removed", "died"];
    for (reason, member) in leaving.iter().zip(&opening) {
        let day = builder.day(5);
        event(builder, *member, reason, &day);
        builder.expect("HV01", -1);
        builder.expect("HV02", -1);
    }
    for i in 0..net + leaving.len() as i64 {
        let day = builder.day(i);
        let member = member(builder, &day, branches);
        let how = if i % 9 == 8 { "moved_in" } else { "admitted" };
        event(builder, member, how, &day);
        builder.expect("HV01", 1);
        builder.expect("HV02", 1);
    }
    // Admitted the day after the year closed: of 2019.
    let late = member(builder, OUTSIDE[1], branches);
    event(builder, late, "admitted", OUTSIDE[1]);
    // Entered by mistake, erased, entered again a day later.
    let day = builder.day(7);
    let wrong = member(builder, &day, branches);
    let admitted = event(builder, wrong, "admitted", &day);
    builder.erase(admitted);
    builder.erase(wrong);
}

fn member(builder: &mut Builder, joined: &str, branches: &[usize]) -> usize {
    let name = builder.person();
    let birth_year = 1950 + builder.random.below(45);
    let branch = branches[builder.random.below(branches.len() as u64) as usize];
    let phone = format!("09{:08}", builder.random.below(100_000_000));
    builder.add(
        "member",
        json!({
            "full_name": name,
            "birth_year": birth_year,
            "sex": "female",
            "ethnicity": "27",
            "subgroup": "27-2",
            "joined_on": joined,
            "status": "active",
            "consent_on": joined,
            "consent_form": "van_ban",
            "phone": phone,
            "branch": format!("@{branch}"),
        }),
    )
}

fn event(builder: &mut Builder, member: usize, event: &str, day: &str) -> usize {
    let reason = (event == "removed").then_some("lam_an_xa");
    builder.add(
        "membership_event",
        json!({ "member": format!("@{member}"), "event": event, "happened_on": day, "reason": reason, "ethnic_minority": true }),
    )
}
