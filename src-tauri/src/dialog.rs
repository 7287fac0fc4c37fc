//! The system's own dialog for a folder or a file. Nothing is opened here: the path goes back to the page.

use rfd::AsyncFileDialog;
use serde::Deserialize;

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Folder,
    File,
}

/// The path that was chosen; none when the dialog was closed without a choice.
#[tauri::command]
pub async fn choose_path(window: tauri::WebviewWindow, what: What, title: String) -> Option<String> {
    let dialog = AsyncFileDialog::new().set_title(title).set_parent(&window);
    let chosen = match what {
        What::Folder => dialog.pick_folder().await,
        What::File => dialog.pick_file().await,
    };
    chosen.map(|chosen| chosen.path().to_string_lossy().into_owned())
}
