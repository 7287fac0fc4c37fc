//! The window's commands over loopback HTTP, so that the UI runs in a plain browser. Never shipped: whoever
//! reaches the port reaches the register.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use clap::Parser;
use futures_util::StreamExt;
use serde_json::{Value, json};
use sohoi_api::dto::Asked;
use sohoi_api::{Desk, together};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tower_http::services::ServeDir;

/// The UI's commands over loopback HTTP, for development and tests.
#[derive(Parser)]
struct Args {
    /// Folder of the register
    #[arg(long)]
    home: PathBuf,
    /// Built UI to serve at /
    #[arg(long)]
    ui: Option<PathBuf>,
    /// 0 takes a free port
    #[arg(long, default_value_t = 8787)]
    port: u16,
}

#[derive(Clone)]
struct Host {
    api: Arc<Desk>,
    progress: broadcast::Sender<String>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let (progress, _) = broadcast::channel(64);
    let sender = progress.clone();
    let on_progress = move |event| {
        // Without a listener there is nobody to tell.
        let _ = sender.send(serde_json::to_string(&event).unwrap_or_default());
    };
    let host = Host { api: Arc::new(Desk::new(&args.home, Box::new(on_progress))), progress };
    let router = Router::new()
        .route("/api", post(calls))
        .route("/api/events", get(events))
        .route("/api/{command}", post(call));
    let router = router.with_state(host);
    // A pasted picture is larger than what axum takes unasked; the command itself has the limit.
    let mut router = router.layer(DefaultBodyLimit::max(48 << 20));
    if let Some(ui) = args.ui {
        router = router.fallback_service(ServeDir::new(ui));
    }
    let router = router.layer(from_fn(loopback_only));
    let listener = tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, args.port))).await?;
    println!("{}", json!({ "listening": format!("http://{}", listener.local_addr()?) }));
    axum::serve(listener, router).await
}

// A page of another site could otherwise speak to the port under a name of its own.
async fn loopback_only(headers: HeaderMap, request: Request, next: Next) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if matches!(name, "127.0.0.1" | "localhost") {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

async fn call(State(host): State<Host>, Path(command): Path<String>, Json(request): Json<Value>) -> Response {
    let (api, after) = (Arc::clone(&host.api), Arc::clone(&host.api));
    let writes = sohoi_api::writes(&command);
    let answer = tokio::task::spawn_blocking(move || api.call(&command, request)).await;
    if writes {
        tokio::task::spawn_blocking(move || after.back_up_if_due());
    }
    match answer {
        Ok(Ok(answer)) => Json(answer).into_response(),
        Ok(Err(error)) => (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn calls(State(host): State<Host>, Json(asked): Json<Vec<Asked>>) -> Response {
    let one = move |command: &str, request| host.api.call(command, request);
    match tokio::task::spawn_blocking(|| together(asked, one)).await {
        Ok(Ok(answers)) => Json(answers).into_response(),
        Ok(Err(error)) => (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn events(State(host): State<Host>) -> impl IntoResponse {
    let stream = BroadcastStream::new(host.progress.subscribe())
        .filter_map(|text| async move { text.ok() })
        .map(|text| Ok::<Event, Infallible>(Event::default().event("sync_progress").data(text)));
    Sse::new(stream).keep_alive(KeepAlive::default())
}
