//! Propaganda, models, exemplars, registered works, scholarships.

use serde_json::json;

use super::plan::{Builder, OUTSIDE};

const FORMS: &[&str] = &["hop_chi_hoi", "tap_huan", "hoi_thi", "truyen_thong_luu_dong"];
const TOPICS: &[&str] = &["chinh_tri_tu_tuong", "truyen_thong", "phap_luat", "ky_nang"];

pub fn propaganda(builder: &mut Builder, n: i64, branches: &[usize]) {
    for i in 0..n {
        let day = builder.day(i);
        let n_total = 20 + builder.random.below(60) as i64;
        let branch = branches[i as usize % branches.len()];
        let step = activity(builder, &day, n_total, Some(branch));
        // The first was entered with too many women, and mended.
        if i == 0 {
            builder.edit(step, json!({ "n_total": n_total + 5, "n_women": n_total + 1 }));
            builder.expect("TT01P", 5);
        }
        builder.expect("TT01", 1);
        builder.expect("TT01P", n_total);
    }
    for day in OUTSIDE {
        activity(builder, day, 30, None);
    }
    // Entered, erased, and entered again: counts once.
    let day = builder.day(2);
    let wrong = activity(builder, &day, 11, None);
    builder.erase(wrong);
    // Dated a month late at first: it moves out of the year.
    let moved = activity(builder, "2018-11-02", 12, None);
    builder.edit(moved, json!({ "held_on": "2018-12-02" }));
}

fn activity(builder: &mut Builder, day: &str, n_total: i64, branch: Option<usize>) -> usize {
    let (form, topic) = (builder.pick(FORMS), builder.pick(TOPICS));
    builder.add(
        "propaganda_activity",
        json!({
            "title": "Phổ biến Chỉ thị 21-CT/TW",
            "form": form,
            "topic": topic,
            "held_on": day,
            "n_total": n_total,
            "n_women": n_total - 1,
            "branch": branch.map(|step| format!("@{step}")),
            "document_ref": "21-CT/TW",
        }),
    )
}

pub fn models(builder: &mut Builder, n: i64) {
    for i in 0..n {
        let (started, state) = match i % 3 {
            0 => ("2016-03-08".to_string(), "maintained"),
            1 => (builder.day(i), "new"),
            _ => ("2017-10-20".to_string(), "maintained"),
        };
        let is_new = state == "new";
        // One in seven ended within the year, on its first day or later: it stood on a day of it.
        let ended = (i % 7 == 6).then_some(if is_new { "2018-11-14" } else { "2017-12-15" });
        let field = builder.pick(&["van_hoa", "van_nghe", "the_thao"]);
        model(builder, &started, ended, field);
        builder.expect("VH01", 1);
        builder.expect("VH01N", i64::from(is_new));
    }
    // Ended the day before the year, and begun the day after it.
    model(builder, "2015-01-01", Some(OUTSIDE[0]), "van_nghe");
    model(builder, OUTSIDE[1], None, "the_thao");
    model(builder, "2018-05-01", None, "dan_van_kheo");
    model(builder, "2017-05-01", None, "cong_dong");
    builder.expect("DV01", 1);
    builder.expect("CD01", 1);
}

fn model(builder: &mut Builder, started: &str, ended: Option<&str>, field: &str) {
    let state = match ended {
        Some(_) => "stopped",
        None => "maintained",
    };
    builder.add(
        "model",
        json!({ "name": "Câu lạc bộ dân ca", "field": field, "started_on": started, "ended_on": ended, "state": state, "n_members": 25 }),
    );
}

pub fn exemplars(builder: &mut Builder, n: i64) {
    for i in 0..n {
        let name = builder.person();
        let day = builder.day(i);
        let subject = if i % 4 == 0 { "collective" } else { "individual" };
        let record = |day: &str, stage: &str| json!({ "subject": subject, "name": name, "field": "kinh_te", "stage": stage, "recognised_on": day });
        builder.add("exemplar", record(&day, "phat_hien"));
        // Found in spring and told of in autumn: still one exemplar.
        if i % 10 == 1 {
            builder.add("exemplar", record("2018-10-20", "tuyen_truyen"));
        }
        builder.expect("DH01", 1);
    }
}

pub fn registered_works(builder: &mut Builder, n: i64) {
    for i in 0..n {
        let day = builder.day(i);
        let programme = builder.pick(&["nong_thon_moi", "do_thi_van_minh"]);
        builder.add(
            "registered_work",
            json!({
                "content": "Đoạn đường phụ nữ tự quản",
                "programme": programme,
                "registered_with": "chinh_quyen",
                "registered_on": day,
                "planned_quantity": 1.5,
                "quantity_unit": "km",
                "state": "doing",
            }),
        );
        builder.expect("DK01", 1);
    }
}

pub fn scholarships(builder: &mut Builder, n: i64) {
    let mut left = n;
    let mut i = 0;
    while left > 0 {
        let n_grants = left.min(1 + builder.random.below(6) as i64);
        let day = builder.day(i);
        grant(builder, &day, n_grants, "nguyen_thi_dinh");
        builder.expect("HB01", n_grants);
        left -= n_grants;
        i += 1;
    }
    grant(builder, "2018-09-05", 3, "khuyen_hoc");
    grant(builder, OUTSIDE[1], 2, "nguyen_thi_dinh");
}

fn grant(builder: &mut Builder, day: &str, n_grants: i64, fund: &str) {
    let level = builder.pick(&["tieu_hoc", "thcs", "thpt"]);
    builder.add(
        "scholarship",
        json!({ "fund": fund, "level": level, "n_grants": n_grants, "amount_vnd": n_grants * 500_000, "awarded_on": day }),
    );
}
