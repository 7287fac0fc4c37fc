//! The window: a folder, one window over it, and commands that forward to `sohoi-api`.

// No console beside the window; faults go to the log file.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod dialog;
mod journal;

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use sohoi_api::Api;
use sohoi_api::dto::ErrorBody;
use tauri::{Emitter, Manager};

fn main() {
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![api_call, dialog::choose_path])
        .setup(|app| {
            let home = home_of(app)?;
            std::fs::create_dir_all(&home)?;
            journal::start(&home)?;
            let handle = app.handle().clone();
            let on_progress = move |progress| {
                // A window that is closing hears nothing more, and needs nothing more.
                let _ = handle.emit("sync_progress", progress);
            };
            app.manage(Arc::new(Api::new(&home, Box::new(on_progress))));
            Ok(())
        })
        .run(tauri::generate_context!())
        .expect("the window could not be started");
}

fn home_of(app: &tauri::App) -> Result<PathBuf, tauri::Error> {
    match std::env::var_os("SOHOI_HOME") {
        Some(home) => Ok(PathBuf::from(home)),
        // The same folder as the command line's own.
        None => app
            .path()
            .local_data_dir()
            .map(|dir| dir.join(if cfg!(windows) { "sohoi/SoHoi/data" } else { "sohoi" })),
    }
}

/// Every command of the UI. The register may be slow, so it runs where blocking hurts nobody.
#[tauri::command]
async fn api_call(
    api: tauri::State<'_, Arc<Api>>,
    command: String,
    request: Value,
) -> Result<Value, ErrorBody> {
    let api = Arc::clone(&api);
    let writes = sohoi_api::writes(&command);
    let after = Arc::clone(&api);
    let answer = tauri::async_runtime::spawn_blocking(move || api.call(&command, request)).await;
    if writes {
        tauri::async_runtime::spawn_blocking(move || after.app().back_up_if_due());
    }
    answer.unwrap_or_else(|_| {
        Err(ErrorBody { code: "app.fault".into(), params: Default::default(), incident: String::new() })
    })
}
