//! The province: what its clerk does in the browser, and what its hub counts.

use std::time::Duration;

use sohoi_testkit::{ADMIN, Browser, Hub, PASSWORD, until};

/// Signs in to the hub's dashboard.
pub fn sign_in(page: &Browser, hub: &Hub) {
    page.goto(&hub.address());
    page.by_testid("name").type_text(ADMIN);
    page.by_testid("password").type_text(PASSWORD);
    page.by_testid("sign-in").click();
    page.by_testid("figures-table");
}

/// Shows the figures of a period, by its address as the page's own controls do.
pub fn show(page: &Browser, period: &str, calendar: &str, mode: &str) {
    let address = format!("#/?period={period}&calendar={calendar}&as={mode}");
    page.script("location.hash = arguments[0];", &[address.into()]);
    let shown = format!("return document.querySelector('[data-testid=period]')?.value === '{period}';");
    until(Duration::from_secs(10), &format!("the period {period} is chosen"), || {
        (page.script(&shown, &[]) == true).then_some(())
    });
    page.by_testid("figures-table");
}

/// Shows who has reported, and when.
pub fn show_reporting(page: &Browser) {
    page.script("location.hash = '#/reporting';", &[]);
    page.by_testid("reporting-table");
}

/// The row of a commune in the table that is shown.
pub fn row(page: &Browser, table: &str, unit: &str) -> String {
    page.find(&format!("[data-testid={table}] [data-unit=\"{unit}\"]")).text()
}

/// Activities of 2026 that the hub counts in a commune.
pub fn activities_at(hub: &Hub, unit: &str) -> u64 {
    let figures = hub.figures(unit, "2026", "calendar");
    let count = figures["figures"].as_array().into_iter().flatten().find(|f| f["indicator"] == "TT01");
    let count = count.unwrap_or_else(|| panic!("TT01 is among {figures}"));
    count["value"].as_u64().unwrap_or(0)
}

/// Whether everything at the hub is as its batches say.
pub fn is_whole(hub: &Hub) {
    let verified = hub.ask(&["verify"]).done().one();
    assert_eq!(verified["ok"], true, "{verified}");
}
