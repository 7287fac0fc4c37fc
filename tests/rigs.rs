//! The rigs themselves: what is typed arrives, letter by letter, and a picture is a picture.

use sohoi_testkit::{Browser, Key, artifact, serious_violations};

const PAGE: &str = "data:text/html;charset=utf-8,<title>t</title><input data-testid=a><input data-testid=b>\
    <button data-testid=c onclick=\"this.textContent=document.querySelector('input').value\">ok</button>";

#[test]
fn chromium_takes_vietnamese_from_the_keyboard() {
    let page = Browser::open("rigs");
    page.goto(PAGE);
    page.tab_to("a");
    page.keys("Kăn Thị Đượm");
    page.tab_to("c");
    page.press(Key::Enter);
    assert_eq!(page.by_testid("c").text(), "Kăn Thị Đượm");
    assert_eq!(page.by_testid("b").value(), "");
    page.screenshot("rigs/chromium");
    let picture = std::fs::read(artifact("rigs/chromium.png")).expect("the picture was written");
    assert!(picture.starts_with(b"\x89PNG"), "a picture is a PNG");
}

#[test]
fn a_picture_without_words_is_a_serious_fault() {
    let page = Browser::open("rigs-axe");
    page.goto("data:text/html;charset=utf-8,<html lang=vi><title>t</title><main><h1>t</h1><img src=a></main></html>");
    let rules: Vec<String> = serious_violations(&page).into_iter().map(|violation| violation.rule).collect();
    assert_eq!(rules, ["image-alt"]);
    page.goto("data:text/html;charset=utf-8,<html lang=vi><title>t</title><main><h1>t</h1></main></html>");
    assert!(serious_violations(&page).is_empty());
}
