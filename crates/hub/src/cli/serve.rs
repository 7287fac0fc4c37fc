use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use super::Done;
use super::args::Serve;
use crate::error::HubError;
use crate::http;
use crate::hub::Hub;
use crate::tls::TlsListener;

/// Remembers where the hub was last reached, for the files that `enrol` writes.
const ADDRESS_FILE: &str = "address";

pub fn serve(hub: Hub, args: &Serve, data: &Path, json: bool) -> Done {
    journal(json);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(HubError::File)?;
    runtime.block_on(listen(Arc::new(hub), args, data))
}

// Logs go to stderr; stdout is for the one line that scripts wait for.
fn journal(json: bool) {
    let filter = EnvFilter::try_from_env("SOHOI_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    if json {
        log.json().init();
    } else {
        log.with_ansi(false).init();
    }
}

/// The address of the last `serve`, or that of the next one without words of its own.
pub fn last_address(data: &Path) -> String {
    let kept = std::fs::read_to_string(data.join(ADDRESS_FILE)).ok();
    kept.map(|text| text.trim().to_string()).unwrap_or_else(|| "http://127.0.0.1:8484".to_string())
}

async fn listen(hub: Arc<Hub>, args: &Serve, data: &Path) -> Done {
    let listener = TcpListener::bind(&args.listen).await.map_err(|_| {
        HubError::refused("usage.cannot_listen").with("address", &args.listen)
    })?;
    let address = listener.local_addr().map_err(HubError::File)?;
    let router = http::router(hub.clone());
    if let (Some(certificate), Some(key)) = (&args.tls_cert, &args.tls_key) {
        let listener = TlsListener::start(listener, certificate, key)?;
        ready(&format!("https://{address}"), data)?;
        axum::serve(listener, router).with_graceful_shutdown(stopped()).await.map_err(HubError::File)?;
    } else {
        ready(&format!("http://{address}"), data)?;
        axum::serve(listener, router).with_graceful_shutdown(stopped()).await.map_err(HubError::File)?;
    }
    Ok(0)
}

fn ready(url: &str, data: &Path) -> Result<(), HubError> {
    std::fs::write(data.join(ADDRESS_FILE), url).map_err(HubError::File)?;
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{}", json!({ "listening": url })).and_then(|()| stdout.flush()).map_err(HubError::File)
}

async fn stopped() {
    // Without a handler Ctrl-C ends the program at once, which loses nothing that was acknowledged.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
