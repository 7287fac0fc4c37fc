//! Connections: how many there may be, how long one may keep the hub waiting, and how they end when it stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;

/// How long for an answer of which nothing is taken. A line that takes a little each time lives.
pub const UNTAKEN: Duration = Duration::from_secs(45);

/// Fewer than a process may have files open on the usual system, so that the database never lacks one. Who comes
/// next waits until one has gone.
const CONNECTIONS: usize = 768;

/// How long the hub waits for whom.
struct Patience {
    /// For the first head of a connection when there is a crowd.
    first_head: Duration,
    /// It is one when fewer places than these are left. Else a line that holds requests back may hold them, as long as
    /// a device waits before it tries otherwise.
    crowd: usize,
    /// For another head to be there, and so also for a connection to lie idle.
    head: Duration,
    /// Batches that are under way are finished when the hub stops, unless they take longer than this.
    farewell: Duration,
}

pub async fn until_stopped<L: Listener>(listener: L, router: Router) {
    let patience = Patience {
        first_head: Duration::from_secs(15),
        crowd: CONNECTIONS / 2,
        head: Duration::from_secs(60),
        farewell: Duration::from_secs(20),
    };
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
        let heard = Heard::default();
        let service = Hearing { service: TowerToHyperService::new(router.clone()), heard: heard.clone() };
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        let places = room.clone();
        let is_crowded = move || places.available_permits() < patience.crowd;
        tokio::spawn(async move {
            // How it ended is its own affair: the log has what was asked.
            heard_or_cut(connection, &heard, patience.first_head, is_crowded).await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(patience.farewell, open.shutdown()).await.is_err() {
        tracing::warn!("some connections were cut");
    }
}

/// Whether a connection has asked for something.
type Heard = Arc<AtomicBool>;

struct Hearing<S> {
    service: S,
    heard: Heard,
}

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for Hearing<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, request: Request<Incoming>) -> S::Future {
        self.heard.store(true, Ordering::Relaxed);
        self.service.call(request)
    }
}

// One that asks for nothing takes the place of those who would.
async fn heard_or_cut(
    connection: impl Future,
    heard: &Heard,
    first_head: Duration,
    is_crowded: impl Fn() -> bool,
) {
    let mut connection = std::pin::pin!(connection);
    let mut is_awaited = true;
    while is_awaited {
        tokio::select! {
            _ = &mut connection => return,
            () = tokio::time::sleep(first_head) => {}
        }
        is_awaited = !heard.load(Ordering::Relaxed);
        if is_awaited && is_crowded() {
            return;
        }
    }
    connection.await;
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
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::*;
    use crate::admitted::{self, Door, Share};

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(300);
    /// Always in a crowd.
    const PATIENT: Patience = Patience { first_head: LONG, crowd: usize::MAX, head: LONG, farewell: LONG };

    /// A hub of one word and one long text, which ends when the sender says so or goes.
    async fn served(
        patience: Patience,
        untaken: Duration,
    ) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
        let listener = admitted::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let (stop, stopped) = oneshot::channel();
        let long = "long ".repeat(LONG_BYTES / 5);
        let router = Router::new().route("/", get(async || "here")).route("/long", get(async move || long));
        let door = Door::new(listener, Share { connections: 64, untaken });
        (address, stop, tokio::spawn(until(stopped, door, router, patience)))
    }

    const LONG_BYTES: usize = 4_000_000;

    async fn said(stream: &mut TcpStream, words: &str) {
        stream.write_all(words.as_bytes()).await.expect("it takes it");
    }

    #[tokio::test]
    async fn a_request_is_answered_and_a_half_one_is_not_waited_for() {
        let (address, _stop, _task) = served(Patience { head: SHORT, ..PATIENT }, LONG).await;
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
    async fn the_first_head_is_waited_for_less_and_who_was_heard_once_may_lie_idle() {
        let (address, _stop, _task) = served(Patience { first_head: SHORT, ..PATIENT }, LONG).await;
        let mut whole = TcpStream::connect(address).await.expect("it listens");
        said(&mut whole, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        let mut silent = TcpStream::connect(address).await.expect("it listens");
        let mut half = TcpStream::connect(address).await.expect("it listens");
        said(&mut half, "GET / HT").await;
        for stream in [&mut silent, &mut half] {
            let mut end = Vec::new();
            stream.read_to_end(&mut end).await.expect("an end");
            assert_eq!(end, b"");
        }
        // The first connection is older than those, and is open.
        said(&mut whole, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        let mut answers = String::new();
        whole.read_to_string(&mut answers).await.expect("an end");
        assert_eq!(answers.matches("HTTP/1.1 200").count(), 2, "{answers}");
    }

    #[tokio::test]
    async fn where_there_is_room_a_first_head_may_be_held_back_on_its_way() {
        // A place is kept for who comes next.
        let patience = Patience { first_head: SHORT, crowd: CONNECTIONS - 2, ..PATIENT };
        let (address, _stop, _task) = served(patience, LONG).await;
        let mut held = TcpStream::connect(address).await.expect("it listens");
        tokio::time::sleep(3 * SHORT).await;
        said(&mut held, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        let mut answer = String::new();
        held.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.ends_with("here"), "{answer}");
        // Two are a crowd there.
        let mut first = TcpStream::connect(address).await.expect("it listens");
        let _second = TcpStream::connect(address).await.expect("it listens");
        first.read_u8().await.expect_err("it is closed");
    }

    #[tokio::test]
    async fn who_takes_nothing_of_an_answer_is_cut_off() {
        let (address, _stop, _task) = served(PATIENT, SHORT).await;
        let mut deaf = TcpStream::connect(address).await.expect("it listens");
        said(&mut deaf, &"GET /long HTTP/1.1\r\nhost: a\r\n\r\n".repeat(20)).await;
        // Written to until the hub has gone: it reads no more than what it can answer.
        let begun = Instant::now();
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if deaf.write_all(b"GET /long HTTP/1.1\r\nhost: a\r\n\r\n").await.is_err() {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "it is still there");
        }
    }

    #[tokio::test]
    async fn who_takes_a_little_of_an_answer_each_time_has_all_of_it() {
        let untaken = Duration::from_millis(1_500);
        let (address, _stop, _task) = served(PATIENT, untaken).await;
        let mut slow = TcpStream::connect(address).await.expect("it listens");
        let begun = Instant::now();
        said(&mut slow, "GET /long HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        let (mut piece, mut n_bytes) = (vec![0; 256 * 1024], 0);
        loop {
            let n = slow.read(&mut piece).await.expect("it goes on");
            n_bytes += n;
            if n == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert!(n_bytes > LONG_BYTES && begun.elapsed() > 2 * untaken, "{n_bytes} in {:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn a_connection_that_says_nothing_does_not_keep_the_hub_from_stopping() {
        let (address, stop, task) = served(Patience { farewell: SHORT, ..PATIENT }, LONG).await;
        let mut half = TcpStream::connect(address).await.expect("it listens");
        said(&mut half, "GET / HT").await;
        let begun = Instant::now();
        stop.send(()).expect("it runs");
        task.await.expect("it ends");
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
}
