//! The system's own dialog for a folder or files. Nothing is opened here: the paths go back to the page.

use rfd::AsyncFileDialog;
use serde::Deserialize;

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Folder,
    File,
    Files,
}

/// The paths that were chosen; none when the dialog was closed without a choice.
#[tauri::command]
pub async fn choose_path(window: tauri::WebviewWindow, what: What, title: String) -> Vec<String> {
    let dialog = AsyncFileDialog::new().set_title(title).set_parent(&window);
    let chosen = match what {
        What::Folder => Vec::from_iter(dialog.pick_folder().await),
        What::File => Vec::from_iter(dialog.pick_file().await),
        What::Files => dialog.pick_files().await.unwrap_or_default(),
    };
    chosen.iter().map(|chosen| chosen.path().to_string_lossy().into_owned()).collect()
}
