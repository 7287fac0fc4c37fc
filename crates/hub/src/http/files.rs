//! The dashboard's files: inside the program, or read from disk while developing.

use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::error::HubError;

#[derive(RustEmbed)]
#[folder = "../../ui/dist/dashboard"]
#[allow_missing = true]
struct Files;

const INDEX: &str = "index.html";

pub async fn serve(method: Method, uri: Uri) -> Result<Response, HubError> {
    let path = uri.path().trim_start_matches('/');
    if !matches!(method, Method::GET | Method::HEAD) || path.starts_with("v1/") {
        return Err(HubError::refused("usage.not_found"));
    }
    let path = if path.is_empty() { INDEX } else { path };
    let file = Files::get(path).ok_or_else(|| HubError::refused("usage.not_found"))?;
    let headers = [(header::CONTENT_TYPE, media_type(path)), (header::CACHE_CONTROL, caching(path))];
    Ok((StatusCode::OK, headers, file.data.into_owned()).into_response())
}

// Names of built files carry a hash of their content; the page that names them must be asked for anew.
fn caching(path: &str) -> &'static str {
    if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}
