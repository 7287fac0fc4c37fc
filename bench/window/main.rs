//! A window with next to nothing in it, by the same tauri as ours: the yardstick of `cargo xtask bench window`.

fn main() {
    tauri::Builder::default()
        .run(tauri::generate_context!("bench/window/tauri.conf.json"))
        .expect("the window could not be started");
}
