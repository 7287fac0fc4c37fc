//! Gives the commands their permissions and checks tauri.conf.json.

fn main() {
    let manifest =
        tauri_build::AppManifest::new().commands(&["api_call", "api_calls", "choose_path", "page_painted"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .expect("tauri.conf.json and the icons are in order");
}
