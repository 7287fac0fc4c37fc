//! The province's page in a browser: signing in, the table, the chart, who has reported.

use std::time::Duration;

use serde_json::json;
use sohoi_testkit::{ADMIN, Browser, Cli, Hub, Key, PASSWORD, serious_violations, until};
use sohoi_tests::office::Office;
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

/// By keyboard, from the row of a commune to its register.
#[test]
fn the_province_comments_on_a_figure_and_answers_a_period_and_the_commune_reads_it() {
    let mut office = Office::start("dashboard-word");
    let (one, other) = (office.register("one", "20044"), office.register("other", "20056"));
    one.add("propaganda_activity", &activity(1));
    one.sync();
    let page = Browser::open("dashboard-word");
    province::sign_in(&page, &office.hub);
    province::show(&page, "2026-Q1", "union", "now");
    choose(&page, "indicator", "TT01");
    page.tab_to("open-20044");
    page.press(Key::Enter);
    assert!(page.shows("main h1", "A Lưới 2") && page.shows("[data-testid=commune-figure]", "1"));
    let mut faults = look(&page, "commune");

    send(&page);
    assert!(page.shows("#word-text-remarks", "Hãy viết lời nhắn"), "nothing is sent that says nothing");
    type_word(&page, "Xem lại số người dự.\nHai buổi cùng ngày?");
    send_and_see(&page, 1, "Xem lại số người dự.\nHai buổi cùng ngày?");
    choose_act(&page, "returned");
    send(&page);
    assert!(page.shows("#word-text-remarks", "Hãy viết xã cần sửa gì"), "a return says why");
    faults.extend(look(&page, "commune-returning"));
    type_word(&page, "Thiếu số của tháng hai");
    send_and_see(&page, 2, "Trả lại kỳ quý I/2026\n\nThiếu số của tháng hai");
    choose_act(&page, "accepted");
    send_and_see(&page, 3, "Chấp nhận kỳ quý I/2026");
    faults.extend(look(&page, "commune-said"));
    faults.extend(look_dark_and_english(&page));

    assert_eq!(
        (one.sync()["pulled"]["bulletins"].clone(), other.sync()["pulled"]["bulletins"].clone()),
        (3.into(), 0.into())
    );
    let heard = one.ask(&["bulletins"]).done().lines;
    let said = heard
        .iter()
        .map(|said| ["kind", "author", "period", "indicator", "text"].map(|key| said[key].clone()));
    let comment = json!(["comment", ADMIN, "2026-Q1", "TT01", "Xem lại số người dự.\nHai buổi cùng ngày?"]);
    let returned = json!(["returned", ADMIN, "2026-Q1", null, "Thiếu số của tháng hai"]);
    assert_eq!(
        json!(said.collect::<Vec<_>>()),
        json!([["accepted", ADMIN, "2026-Q1", null, ""], returned, comment])
    );
    assert_eq!(one.get(&["verify"])["ok"], true);
    province::is_whole(&office.hub);

    what_is_not_sent_is_not_lost(&page, &mut office.hub);
    assert_eq!(one.sync()["pulled"]["bulletins"], 1, "what was tried three times is said once");
    assert!(faults.is_empty(), "axe-core finds serious faults:\n{}", faults.join("\n"));
}

/// Too long, without a line, and with a session that has ended.
fn what_is_not_sent_is_not_lost(page: &Browser, hub: &mut Hub) {
    choose_act(page, "comment");
    let script = "const e = document.getElementById('word-text'); e.value = 'ế'.repeat(3000); \
        e.dispatchEvent(new Event('input', { bubbles: true }));";
    page.script(script, &[]);
    assert!(page.shows("#word-text-remarks", "9.000 / 8.192"), "how much too long it is");
    send(page);
    assert_eq!(page.find_all("[data-testid=messages] li").len(), 3, "nothing was sent");
    page.screenshot("dashboard/commune-too-long");

    page.press_with_control('a');
    page.keys("Gọi lại cho tỉnh");
    hub.stop();
    send(page);
    assert!(page.shows("form [data-testid=failure]", "Không tới được máy chủ"));
    page.screenshot("dashboard/commune-offline");
    hub.serve();
    // Signed out at another place, as when twelve hours are over.
    let ended =
        "const done = arguments[0]; fetch('/v1/session', { method: 'DELETE' }).then(() => done(true));";
    page.script_with_callback(ended, &[]);
    send(page);
    page.by_testid("name").type_text(ADMIN);
    page.by_testid("password").type_text(PASSWORD);
    page.by_testid("sign-in").click();
    let field = page.by_testid("word-text");
    assert_eq!(field.value(), "Gọi lại cho tỉnh", "what was typed is still there");
    send_and_see(page, 4, "Gọi lại cho tỉnh");
}

fn choose(page: &Browser, id: &str, value: &str) {
    let script = "const e = document.querySelector(`[data-testid=${arguments[0]}]`); e.value = arguments[1]; \
        e.dispatchEvent(new Event('change', { bubbles: true }));";
    page.script(script, &[id.into(), value.into()]);
}

/// The three are one group: Tab enters it, arrows choose.
fn choose_act(page: &Browser, act: &str) {
    page.find("[data-testid=word-act] input:checked");
    page.script("document.querySelector('[data-testid=word-act] input:checked').focus();", &[]);
    for _ in 0..3 {
        if page.focused() == format!("word-act-{act}") {
            break;
        }
        page.press(Key::Down);
    }
    page.find(&format!("[data-testid=word-act-{act}]:checked"));
}

fn type_word(page: &Browser, text: &str) {
    page.tab_to("word-text");
    page.press_with_control('a');
    page.keys(text);
}

fn send(page: &Browser) {
    page.tab_to("word-send");
    page.press(Key::Enter);
}

/// Sends what is typed, and sees it on top of what was said.
fn send_and_see(page: &Browser, n: usize, text: &str) {
    send(page);
    assert!(page.shows("[data-testid=word-said]", "Đã gửi"), "it is said that it went out");
    until(Duration::from_secs(10), "it is among what was said", || {
        (page.find_all("[data-testid=messages] li").len() == n).then_some(())
    });
    assert!(page.shows("[data-testid=messages] li", text), "{text}");
    assert_eq!(page.focused(), "word-text", "and the next word can be typed");
}

fn look_dark_and_english(page: &Browser) -> Vec<String> {
    page.script("document.documentElement.dataset.theme = 'dark';", &[]);
    let mut faults = look(page, "commune-dark");
    page.find("[data-testid=language-en]");
    page.script("document.querySelector('[data-testid=language-en]').click();", &[]);
    assert!(page.shows("main", "What the province said") && page.shows("main", "Returned Q1 2026"));
    faults.extend(look(page, "commune-dark-en"));
    page.script("document.documentElement.dataset.theme = 'light';", &[]);
    faults.extend(look(page, "commune-en"));
    page.script("document.querySelector('[data-testid=language-vi]').click();", &[]);
    faults
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
