//! The province's page in a browser: signing in, the table, the chart, who has reported.

use serde_json::json;
use sohoi_testkit::{ADMIN, Browser, Cli, Hub, serious_violations};
use sohoi_tests::province;

#[test]
fn the_province_reads_what_its_communes_did() {
    let hub = Hub::start("dashboard");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (unit, n_activities) in [("20044", 3), ("20056", 2)] {
        let cli = Cli::at(folder.path().join(unit));
        cli.init(unit);
        for day in 1..=n_activities {
            cli.add("propaganda_activity", &activity(day));
        }
        cli.get(&["enrol", hub.enrolment(unit).to_str().expect("a plain name")]);
        assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
    }

    let page = Browser::open("dashboard");
    refuses_a_wrong_password(&page, &hub);
    let mut faults = look(&page, "sign-in");
    province::sign_in(&page, &hub);
    for choice in ["calendar", "period", "unit-mode", "indicator"] {
        page.by_testid(choice);
    }
    for mode in ["now", "then"] {
        province::show(&page, "2026", "calendar", mode);
        let row = province::row(&page, "figures-table", "20044");
        assert!(row.contains("A Lưới 2") && row.contains('3'), "three activities are shown: {row}");
        faults.extend(look(&page, &format!("figures-{mode}")));
    }
    province::show_reporting(&page);
    let row = province::row(&page, "reporting-table", "20056");
    assert!(row.contains("A Lưới 1"), "who has reported is told: {row}");
    faults.extend(look(&page, "reporting"));
    assert!(faults.is_empty(), "axe-core finds serious faults:\n{}", faults.join("\n"));
}

#[test]
fn nothing_is_told_to_those_who_have_not_signed_in() {
    let hub = Hub::start("dashboard-closed");
    let page = Browser::open("dashboard-closed");
    page.goto(&format!("{}/v1/figures?unit=46&period=2026", hub.address()));
    let said = page.find("body").text();
    assert!(!said.contains("\"figures\""), "figures without a sign-in: {said}");
}

fn refuses_a_wrong_password(page: &Browser, hub: &Hub) {
    page.goto(&hub.address());
    page.by_testid("name").type_text(ADMIN);
    page.by_testid("password").type_text("khong phai mat khau");
    page.by_testid("sign-in").click();
    page.by_testid("failure");
    assert!(page.look("[data-testid=figures-table]").is_none(), "a wrong password opens nothing");
}

fn activity(day: u32) -> serde_json::Value {
    json!({
        "title": "Phổ biến Chỉ thị 21-CT/TW",
        "topic": "chinh_tri_tu_tuong",
        "form": "hop_chi_hoi",
        "held_on": format!("2026-02-{day:02}"),
        "n_total": 42,
        "n_women": 40,
    })
}

fn look(page: &Browser, name: &str) -> Vec<String> {
    page.screenshot(&format!("dashboard/{name}"));
    let violations = serious_violations(page).into_iter();
    violations.map(|v| format!("  {name}: {} ({}) at {}", v.rule, v.help, v.targets.join(", "))).collect()
}
