//! Branches, groups, and one record of every kind that has no published figure.

use serde_json::json;

use super::plan::Builder;
use super::{COOPERATIVE_NAME, COOPERATIVE_UNIT};

pub fn branches(builder: &mut Builder) -> Vec<usize> {
    (1..=3)
        .map(|n| {
            let n_women = 60 + builder.random.below(100) as i64;
            builder.expect("HV03B", n_women);
            builder.add(
                "branch",
                json!({ "name": format!("Chi hội {n}"), "hamlet": format!("Thôn {n}"), "founded_on": "2010-03-08", "n_women_18": n_women }),
            )
        })
        .collect()
}

pub fn groups(builder: &mut Builder, n_groups: i64, n_cooperatives: i64) {
    for i in 0..n_groups {
        let day = builder.day(i);
        let group_type = if i % 2 == 0 { "cooperative_group" } else { "linkage_group" };
        let group = builder.add(
            "economic_group",
            json!({
                "group_type": group_type,
                "name": "Tổ dệt dèng",
                "sector": "det_deng",
                "n_members": 12,
                "n_women": 12,
                "women_led": true,
                "written_contract": group_type == "cooperative_group",
                "founded_on": day,
            }),
        );
        builder.expect("HT01", 1);
        builder.add(
            "market_linkage",
            json!({ "economic_group": format!("@{group}"), "women_led": true, "product": "Vải dèng", "linked_on": "2018-09-01", "n_times": 2, "value_vnd": 4_000_000 }),
        );
        builder.expect("TS01", 4_000_000);
        builder.expect("TS01L", 2);
    }
    for _ in 0..n_cooperatives {
        assert_eq!(builder.unit_code(), COOPERATIVE_UNIT, "the one co-operative has one home");
        builder.add(
            "economic_group",
            json!({ "group_type": "cooperative", "name": COOPERATIVE_NAME, "sector": "trong_trot", "n_members": 9, "n_women": 8, "women_led": true, "founded_on": "2018-10-15" }),
        );
        builder.expect("HT02", 1);
    }
}

pub fn one_of_each(builder: &mut Builder) {
    builder.add("literacy_class", json!({ "name": "Xóa mù chữ thôn 1", "level": "giai_doan_1", "started_on": "2018-04-02", "n_women": 15, "n_total": 16 }));
    builder.expect("XM01", 15);
    builder.add("resource_mobilisation", json!({ "mobilised_on": "2018-07-01", "source": "doanh_nghiep", "form": "cash", "amount_vnd": 6_000_000, "purpose": "ho_ngheo" }));
    builder.expect("NL01", 6_000_000);
    builder.add(
        "mediation",
        json!({ "held_on": "2018-06-06", "topic": "dat_dai", "n_cases": 3, "n_settled": 2 }),
    );
    builder.expect("HG01", 3);
    builder.expect("HG01T", 2);
    builder.add(
        "cadre_gender",
        json!({ "year": 2018, "counted_on": "2018-10-31", "agency": "Ủy ban nhân dân xã", "counts": [
            { "stage": "planning", "n_women": 4, "n_men": 9 },
            { "stage": "placement", "n_women": 3, "n_men": 8 },
        ] }),
    );
    builder.expect("CB01", 7 - 17);
    builder.add("gender_inspection", json!({ "title": "Giám sát chế độ thai sản", "form": "giam_sat", "topic": "lao_dong_nu", "inspected_on": "2018-08-15" }));
    builder.expect("BD01", 1);
    builder.add("plan_task", json!({ "document": "192/KH-UBND", "task_text": "Rà soát quy hoạch cán bộ nữ", "assigned_on": "2018-11-20", "state": "doing" }));
    builder.add(
        "branch_meeting",
        json!({ "title": "Sinh hoạt quý III", "held_on": "2018-09-20", "n_members": 40, "n_attending": 31 }),
    );
    let officer = builder.person();
    builder.add(
        "officer_term",
        json!({ "full_name": officer, "sex": "female", "role": "chu_tich", "started_on": "2016-11-01" }),
    );
}
