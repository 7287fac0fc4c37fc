//! Connections: how many there may be, how long one may keep the hub waiting, and how they end when it stops.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;

/// Fewer than a process may have files open on the usual system, so that the database never lacks one. Who comes
/// next waits until one has gone.
const CONNECTIONS: usize = 768;
/// For a head to be there, and so also for a connection to lie idle.
const HEAD: Duration = Duration::from_secs(60);
/// Batches that are under way are finished when the hub stops, unless they take longer than this.
const FAREWELL: Duration = Duration::from_secs(20);

pub async fn until_stopped<L: Listener>(mut listener: L, router: Router) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let open = GracefulShutdown::new();
    let mut stopped = std::pin::pin!(stop_asked());
    loop {
        let next = async {
            let place = room.clone().acquire_owned().await;
            (place, listener.accept().await.0)
        };
        let (place, stream) = tokio::select! {
            next = next => next,
            () = &mut stopped => break,
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // How it ended is its own affair: the log has what was asked.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, open.shutdown()).await.is_err() {
        tracing::warn!("some connections were cut");
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
