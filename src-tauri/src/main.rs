//! The window: a folder, one window over it, and commands that forward to `sohoi-api`.

// No console beside the window; faults go to the log file.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod dialog;
mod drawing;
mod fault;
mod journal;
mod page;
mod splash;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use sohoi_api::Desk;
use sohoi_api::dto::{Answered, Asked, ErrorBody};
use sohoi_api::incident::PROGRAM_FAULT;
use tauri::{Emitter, Manager, WebviewWindowBuilder};

fn main() {
    if fault::has_said() {
        return;
    }
    drawing::by_the_processor();
    splash::open();
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![
            api_call,
            api_calls,
            dialog::choose_path,
            splash::page_painted
        ])
        .setup(|app| begin(app))
        .run(tauri::generate_context!())
        .expect("the window could not be started");
}

/// First what tells of faults, then the window, so that one that cannot be opened is told of too.
fn begin(app: &tauri::App) -> Result<(), Box<dyn Error>> {
    let home = home_of(app)?;
    fault::watch(home.clone());
    std::fs::create_dir_all(&home)?;
    journal::start(&home)?;
    let handle = app.handle().clone();
    let on_progress = move |progress| {
        // A window that is closing hears nothing more, and needs nothing more.
        let _ = handle.emit("sync_progress", progress);
    };
    app.manage(Arc::new(Desk::new(&home, Box::new(on_progress))));
    let window = app.config().app.windows.first().ok_or(tauri::Error::WindowNotFound)?;
    let window = WebviewWindowBuilder::from_config(app.handle(), window)?.build()?;
    splash::raise(app.handle());
    page::watch(window, home)?;
    fault::try_one("start");
    Ok(())
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
    api: tauri::State<'_, Arc<Desk>>,
    command: String,
    request: Value,
) -> Result<Value, ErrorBody> {
    let (api, after) = (Arc::clone(&api), Arc::clone(&api));
    let writes = sohoi_api::writes(&command);
    let answer = tauri::async_runtime::spawn_blocking(move || answer(&api, &command, request)).await;
    if writes {
        tauri::async_runtime::spawn_blocking(move || after.back_up_if_due());
    }
    answer.unwrap_or_else(|_| ended())
}

/// Several that only ask, in one request.
#[tauri::command]
async fn api_calls(api: tauri::State<'_, Arc<Desk>>, asked: Vec<Asked>) -> Result<Vec<Answered>, ErrorBody> {
    let api = Arc::clone(&api);
    let answers = move || sohoi_api::together(asked, |command, request| answer(&api, command, request));
    tauri::async_runtime::spawn_blocking(answers).await.unwrap_or_else(|_| ended())
}

fn answer(api: &Desk, command: &str, request: Value) -> Result<Value, ErrorBody> {
    let call = || {
        fault::try_one(command);
        api.call(command, request)
    };
    fault::caught(call).unwrap_or_else(|incident| Err(failed(incident)))
}

fn failed(incident: String) -> ErrorBody {
    ErrorBody { code: PROGRAM_FAULT.into(), params: Default::default(), incident }
}

/// The program is ending, and nobody reads this.
fn ended<T>() -> Result<T, ErrorBody> {
    Err(failed(String::new()))
}
