//! The routes. A handler extracts, authorises, acts and answers.

mod auth;
mod device;
mod files;
mod guard;
mod operations;
mod problem;
mod session;
mod shown;
mod sync;
mod word;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

use crate::error::HubError;
use crate::hub::Hub;

pub use operations::OPENAPI;

/// Largest body of a request that is no sync.
const BODY_BYTES: usize = 64 * 1024;

/// What the handlers share.
#[derive(Clone)]
pub struct App {
    hub: Arc<RwLock<Arc<Hub>>>,
    /// A sync without a byte for this long has died on the way.
    pub stall: Duration,
    /// The cookie is for encrypted connections only.
    pub is_tls: bool,
}

impl App {
    pub fn new(hub: Arc<Hub>) -> App {
        App { hub: Arc::new(RwLock::new(hub)), stall: Duration::from_secs(30), is_tls: false }
    }

    pub fn hub(&self) -> Arc<Hub> {
        self.hub.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From here on every new request is answered by this one. Those that run end with the one they began with.
    pub fn replace(&self, hub: Arc<Hub>) {
        *self.hub.write().unwrap_or_else(PoisonError::into_inner) = hub;
    }
}

pub fn router(app: App) -> Router {
    let api = Router::new()
        .route("/v1/enrol", post(device::enrol))
        .route("/v1/renew", post(device::renew))
        .route("/v1/session", get(session::show).post(session::open).delete(session::close))
        .route("/v1/catalogue", get(shown::catalogue))
        .route("/v1/periods", get(shown::periods))
        .route("/v1/figures", get(shown::figures))
        .route("/v1/reporting", get(shown::reporting))
        .route("/v1/messages", get(word::messages))
        .route("/v1/submissions", get(word::submissions))
        .route("/v1/comments", post(word::comment))
        .route("/v1/decisions", post(word::decide))
        .layer(from_fn(guard::in_time));
    // Its frames are counted as they come.
    let sync = Router::new().route("/v1/sync", post(sync::sync)).layer(DefaultBodyLimit::disable());
    Router::new()
        .merge(api)
        .merge(sync)
        .route("/healthz", get(operations::health))
        .route("/readyz", get(operations::ready))
        .route("/metrics", get(operations::metrics))
        .route("/openapi.json", get(operations::openapi))
        .fallback(files::serve)
        .method_not_allowed_fallback(async || HubError::refused("usage.method_not_allowed"))
        .layer(from_fn_with_state(app.clone(), guard::same_origin))
        .layer(from_fn(guard::headers))
        .layer(from_fn(guard::log))
        .with_state(app)
}
