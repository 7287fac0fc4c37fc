//! What the province's clerk does in the browser.

use sohoi_testkit::{ADMIN, Browser, Hub, PASSWORD};

/// Signs in to the hub's dashboard.
pub fn sign_in(page: &Browser, hub: &Hub) {
    page.goto(&hub.address());
    page.by_testid("name").type_text(ADMIN);
    page.by_testid("password").type_text(PASSWORD);
    page.by_testid("sign-in").click();
    page.by_testid("figures-table");
}

/// Shows a year of the calendar that the page opens with.
pub fn show_year(page: &Browser, year: &str) {
    let script = "const select = arguments[0]; select.value = arguments[1];
        select.dispatchEvent(new Event('change', { bubbles: true })); return select.value;";
    let period = page.by_testid("period");
    page.script(script, &[period.as_argument(), year.into()]);
    page.by_testid("figures-table");
}
