//! Pictures dropped on a form, several at once: those that can be read are there, and of the one that cannot she is
//! told why and what to do.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use sohoi_testkit::{Cli, PIN, Window, checkout, is_reached, serious_violations, until};
use sohoi_tests::officer::Officer;

// As the window says it of files that were dropped: under Xvfb nobody can drag.
fn drop(window: &Window, paths: &[&Path]) {
    let emit = "const done = arguments[arguments.length - 1];
                const payload = { paths: arguments[0], position: { x: 9, y: 9 } };
                __TAURI_INTERNALS__.invoke('plugin:event|emit', { event: 'tauri://drag-drop', payload }).then(() => done('ok'), (e) => done(String(e)));";
    assert_eq!(window.script_with_callback(emit, &[json!(paths)]), json!("ok"));
}

fn n_photos(window: &Window) -> usize {
    window.find_all("[data-testid=photos] > li").len()
}

#[test]
fn of_several_pictures_that_are_dropped_at_once_those_that_can_be_read_are_taken_and_the_rest_is_explained() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let cli = Cli::at(folder.path().join("register"));
    cli.init("20044");
    let heic = folder.path().join("IMG_0001.HEIC");
    std::fs::write(&heic, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").expect("a file");
    let [one, two] = ["src-tauri/icons/icon.png", "docs/images/window.png"].map(checkout);
    let window = Window::open(cli.home(), "photo-form");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.begin("propaganda_activity");
    // Until it listens. What came more than once must all be done with: it takes up room that the next ones need.
    until(Duration::from_secs(60), "the form hears of what is dropped", || {
        drop(&window, &[&one]);
        is_reached(Duration::from_secs(5), || n_photos(&window) == 1).then_some(())
    });
    assert!(window.shows("body", "kéo ảnh vào đây"), "it has no more to do");
    let page = window.find("main").text();
    assert!(!page.contains("Ctrl+V"), "this window is given no copied picture: {page}");
    drop(&window, &[&one, &heic, &two]);
    until(Duration::from_secs(20), "the other one is there too", || (n_photos(&window) == 2).then_some(()));
    assert!(window.shows("[data-testid=field-photos-refused]", "1 trong 3"), "one of three was not taken");
    let page = window.find("body").text();
    assert!(page.contains("HEIC") && page.contains("Zalo"), "why, and what to do: {page}");
    window.find("[data-testid=field-photos-refused]");
    window.script(
        "document.querySelector('[data-testid=field-photos-refused]').scrollIntoView({ block: 'center' });",
        &[],
    );
    window.screenshot("window/photos-dropped");
    let faults = serious_violations(&window);
    assert!(faults.is_empty(), "{faults:?}");
    window.close();
}
