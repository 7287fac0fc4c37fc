//! What holds for every request: where it may come from, what a browser may do with the answer, the log.

use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::HubError;
use crate::http::{App, BODY_BYTES, sync};

const CSP: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                   form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

pub async fn headers(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/v1/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // What no browser shows needs none of it, and every sync would pay for it.
    if headers.get(header::CONTENT_TYPE).is_some_and(|found| found == sync::MEDIA_TYPE) {
        return response;
    }
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_api || !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// A request that is no sync is small on every line; one that has not come by then does not come.
const SLOWEST: Duration = Duration::from_secs(60);

/// Waits for the whole request before anything is done for it.
pub async fn in_time(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match tokio::time::timeout(SLOWEST, to_bytes(body, BODY_BYTES)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Ok(Err(_)) => HubError::refused("usage.too_large").into_response(),
        Err(_) => HubError::refused("usage.too_slow").into_response(),
    }
}

/// Refuses what another site makes a browser send with the session's cookie.
pub async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_safe && !is_own(request.headers(), app.is_tls) {
        return HubError::refused("auth.other_origin").into_response();
    }
    next.run(request).await
}

// Programs send neither header; browsers send at least one, which no script can change.
fn is_own(headers: &HeaderMap, is_tls: bool) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let fetch_site = text(&HeaderName::from_static("sec-fetch-site"));
    if fetch_site.is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().unwrap_or_default();
    // Behind a proxy that ends TLS the scheme differs, the host does not.
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://").filter(|_| !is_tls));
    host.is_some() && host == text(&header::HOST)
}

/// One line a request: what, how it ended, how long. Never a query, a body or an address.
pub async fn log(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), route_of(request.uri().path()));
    let start = Instant::now();
    let response = next.run(request).await;
    let duration_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, path, status = response.status().as_u16(), duration_ms, "a request was answered");
    response
}

// A mistyped address may hold anything, so only our own are written down.
fn route_of(path: &str) -> &'static str {
    const KNOWN: [&str; 16] = [
        "/v1/enrol",
        "/v1/renew",
        "/v1/sync",
        "/v1/session",
        "/v1/catalogue",
        "/v1/periods",
        "/v1/figures",
        "/v1/reporting",
        "/v1/messages",
        "/v1/submissions",
        "/v1/comments",
        "/v1/decisions",
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
    ];
    KNOWN.into_iter().find(|known| *known == path).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(headers: &[(&'static str, &'static str)], is_tls: bool) -> bool {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_own(&pairs.collect(), is_tls)
    }

    #[test]
    fn only_the_hubs_own_pages_and_programs_may_write() {
        let host = ("host", "hub.example:8484");
        assert!(own(&[host], false));
        assert!(own(
            &[host, ("origin", "http://hub.example:8484"), ("sec-fetch-site", "same-origin")],
            false
        ));
        assert!(own(&[host, ("origin", "https://hub.example:8484")], true));
        assert!(!own(&[host, ("origin", "http://hub.example:8484")], true));
        assert!(!own(&[host, ("origin", "http://evil.example")], false));
        assert!(!own(&[host, ("origin", "null")], false));
        assert!(!own(&[host, ("sec-fetch-site", "cross-site")], false));
        assert!(!own(&[host, ("sec-fetch-site", "same-site")], false));
    }
}
