//! RFC 9457 problem documents.

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::HubError;
use crate::secret;

impl IntoResponse for HubError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let incident = secret::incident();
        if status.is_server_error() {
            tracing::error!(code = self.code(), incident, error = cause(&self), "a request failed");
        }
        let body = json!({
            "type": format!("urn:sohoi:{}", self.code()),
            "title": status.canonical_reason().unwrap_or_default(),
            "status": status.as_u16(),
            "code": self.code(),
            "params": self.params(),
            "incident": incident,
        });
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(wait_s) = self.params().get("wait_s").and_then(|s| HeaderValue::from_str(s).ok()) {
            headers.insert(header::RETRY_AFTER, wait_s);
        }
        response
    }
}

// The chain of causes; rows and bodies are in none of them.
fn cause(error: &HubError) -> String {
    let mut told = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        told.push_str(": ");
        told.push_str(&error.to_string());
        source = error.source();
    }
    told
}

impl From<JsonRejection> for HubError {
    fn from(rejection: JsonRejection) -> HubError {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => HubError::refused("usage.too_large"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => HubError::refused("usage.wrong_content_type"),
            _ => HubError::refused("usage.bad_request"),
        }
    }
}

impl From<QueryRejection> for HubError {
    fn from(_: QueryRejection) -> HubError {
        HubError::refused("usage.bad_request")
    }
}
