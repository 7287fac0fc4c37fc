//! `/v1/session`: sign in, see who you are, sign out.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::account::{self, SESSION_MS, Viewer};
use crate::error::HubError;
use crate::http::App;
use crate::http::auth::{COOKIE, Person, session_token};
use crate::hub::blocking;
use crate::secret;

#[derive(Deserialize)]
pub struct SignInReq {
    name: String,
    password: String,
}

#[derive(Serialize)]
pub struct SessionRes {
    name: String,
    unit: String,
}

impl From<Viewer> for SessionRes {
    fn from(viewer: Viewer) -> SessionRes {
        SessionRes { name: viewer.name, unit: viewer.unit.code }
    }
}

pub async fn open(
    State(app): State<App>,
    req: Result<Json<SignInReq>, JsonRejection>,
) -> Result<Response, HubError> {
    let Json(req) = req?;
    let hub = app.hub();
    let (viewer, token) = blocking(move || account::sign_in(&hub, &req.name, &req.password)).await?;
    let cookie = cookie(&app, &token, SESSION_MS / 1_000);
    Ok(([(header::SET_COOKIE, cookie)], Json(SessionRes::from(viewer))).into_response())
}

pub async fn show(Person(viewer): Person) -> Json<SessionRes> {
    Json(viewer.into())
}

pub async fn close(State(app): State<App>, headers: HeaderMap) -> Result<Response, HubError> {
    if let Some(hash) = session_token(&headers).map(secret::hash) {
        let hub = app.hub();
        blocking(move || Ok(hub.db.end_session(&hash)?)).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie(&app, "", 0))]).into_response())
}

fn cookie(app: &App, token: &str, max_age_s: i64) -> String {
    let secure = if app.is_tls { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}")
}
