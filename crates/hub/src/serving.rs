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

/// How long the hub waits for whom.
struct Patience {
    /// For a head to be there, and so also for a connection to lie idle.
    head: Duration,
    /// Batches that are under way are finished when the hub stops, unless they take longer than this.
    farewell: Duration,
}

pub async fn until_stopped<L: Listener>(listener: L, router: Router) {
    let patience = Patience { head: Duration::from_secs(60), farewell: Duration::from_secs(20) };
    until(stop_asked(), listener, router, patience).await;
}

async fn until<L: Listener>(stop: impl Future, mut listener: L, router: Router, patience: Patience) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head);
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let open = GracefulShutdown::new();
    let mut stopped = std::pin::pin!(stop);
    loop {
        let next = async {
            let place = room.clone().acquire_owned().await;
            (place, listener.accept().await.0)
        };
        let (place, stream) = tokio::select! {
            next = next => next,
            _ = &mut stopped => break,
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
    if tokio::time::timeout(patience.farewell, open.shutdown()).await.is_err() {
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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Instant;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::*;

    /// A hub of one word, which ends when the sender says so or goes.
    async fn served(head_ms: u64, farewell_ms: u64) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let (stop, stopped) = oneshot::channel();
        let router = Router::new().route("/", get(async || "here"));
        let patience =
            Patience { head: Duration::from_millis(head_ms), farewell: Duration::from_millis(farewell_ms) };
        (address, stop, tokio::spawn(until(stopped, listener, router, patience)))
    }

    async fn said(stream: &mut TcpStream, words: &str) {
        stream.write_all(words.as_bytes()).await.expect("it takes it");
    }

    #[tokio::test]
    async fn a_request_is_answered_and_a_half_one_is_not_waited_for() {
        let (address, _stop, _task) = served(300, 10_000).await;
        let mut whole = TcpStream::connect(address).await.expect("it listens");
        said(&mut whole, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        let mut half = TcpStream::connect(address).await.expect("it listens");
        said(&mut half, "GET / HT").await;
        let (mut answer, mut end) = (String::new(), Vec::new());
        // Both are closed by the hub: the one after its answer and a while of nothing, the other for its slowness.
        whole.read_to_string(&mut answer).await.expect("an answer");
        half.read_to_end(&mut end).await.expect("an end");
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("here"), "{answer}");
        assert!(!end.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&end));
    }

    #[tokio::test]
    async fn a_connection_that_says_nothing_does_not_keep_the_hub_from_stopping() {
        let (address, stop, task) = served(60_000, 300).await;
        let mut half = TcpStream::connect(address).await.expect("it listens");
        said(&mut half, "GET / HT").await;
        let begun = Instant::now();
        stop.send(()).expect("it runs");
        task.await.expect("it ends");
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
}
