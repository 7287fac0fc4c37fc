//! `serve`: the hub on a port.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::serve::Listener;
use serde_json::json;
use tokio::net::TcpListener;

use super::args::ServeArgs;
use super::output::Output;
use crate::error::HubError;
use crate::http::{App, router};
use crate::hub::Hub;
use crate::projector::Projector;
use crate::tls::{self, TlsListener};

/// Remembers where the hub listens, for enrolment files made beside it.
const ADDRESS: &str = "address";

pub fn serve(hub: Hub, data: &Path, args: &ServeArgs, output: &Output) -> Result<(), HubError> {
    let runtime = tokio::runtime::Runtime::new().map_err(HubError::File)?;
    let _projector = Projector::start(hub.db.clone(), hub.bell.clone()).map_err(HubError::File)?;
    runtime.block_on(run(hub, data, args, output))
}

/// Where the hub last listened.
pub fn address(data: &Path) -> Option<String> {
    let text = std::fs::read_to_string(data.join(ADDRESS)).ok()?;
    Some(text.trim().to_string()).filter(|url| !url.is_empty())
}

async fn run(hub: Hub, data: &Path, args: &ServeArgs, output: &Output) -> Result<(), HubError> {
    let mut app = App::new(Arc::new(hub));
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificates), Some(key)) => Some(tls::config(certificates, key)?),
        _ => None,
    };
    app.is_tls = tls.is_some();
    let unheard = || HubError::refused("net.listen").with("address", &args.listen);
    let listener = TcpListener::bind(&args.listen).await.map_err(|_| unheard())?;
    let address = listener.local_addr().map_err(|_| unheard())?;
    announce(address, app.is_tls, &data.join(ADDRESS), output)?;
    match tls {
        None => until_stopped(listener, router(app)).await,
        Some(config) => {
            let listener = TlsListener::new(listener, config).map_err(|_| unheard())?;
            until_stopped(listener, router(app)).await;
        }
    }
    Ok(())
}

fn announce(address: SocketAddr, is_tls: bool, file: &PathBuf, output: &Output) -> Result<(), HubError> {
    let url = format!("{}://{address}", if is_tls { "https" } else { "http" });
    std::fs::write(file, &url).map_err(HubError::File)?;
    output.say(&json!({"listening": url}), |words| words.said("listening", &[("url", &url)]));
    Ok(())
}

async fn until_stopped<L>(listener: L, router: Router)
where
    L: Listener,
    L::Addr: std::fmt::Debug,
{
    let served = axum::serve(listener, router).with_graceful_shutdown(stop_asked()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the hub stopped");
    }
}

// Ctrl-C, or what a service manager sends. Batches that are under way are finished.
async fn stop_asked() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
    }
    tracing::info!("the hub is stopping");
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
