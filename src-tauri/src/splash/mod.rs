//! A small window of the system's own, which is there before the web view and goes when the page has been painted.

mod picture;
#[cfg_attr(target_os = "linux", path = "gtk.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

use std::sync::atomic::{AtomicBool, Ordering};

/// The window's name, for who does not see the picture.
const TITLE: &str = include_str!("../../words/splash.txt");
/// In pixels of a screen at 100 %.
const WIDTH: u32 = 320;
const HEIGHT: u32 = 136;

/// Shows it. Whether that works or not, the program goes on.
pub fn open() {
    system::open();
    // Also if nothing comes of the web view: there it lies above all programs.
    #[cfg(windows)]
    std::thread::spawn(|| {
        std::thread::sleep(crate::page::SPLASH_MOST);
        system::close();
    });
}

/// Has it above the program's window, where no window manager does that.
pub fn raise(app: &tauri::AppHandle) {
    // An error means that the program is ending.
    let _ = app.run_on_main_thread(system::raise);
}

/// Takes it away for good, from any thread; again does nothing.
pub fn close(app: &tauri::AppHandle) {
    static IS_OVER: AtomicBool = AtomicBool::new(false);
    if IS_OVER.swap(true, Ordering::Relaxed) {
        return;
    }
    // An error means that the program is ending, and what it shows goes with it.
    let _ = app.run_on_main_thread(system::close);
}

/// The page says that it was painted, with something in it to act on.
#[tauri::command]
pub fn page_painted(app: tauri::AppHandle) {
    close(&app);
}
