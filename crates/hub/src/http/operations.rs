//! What those who run the hub look at.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use sohoi_hub_db::DbError;

use crate::error::HubError;
use crate::http::App;
use crate::hub::blocking;
use crate::metrics::Gauges;

/// Every route, its bodies and answers.
pub const OPENAPI: &str = include_str!("../../openapi.json");

pub async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}

pub async fn ready(State(app): State<App>) -> Result<StatusCode, HubError> {
    let ready = blocking(move || Ok(app.hub().db.ready()?)).await;
    ready.map(|()| StatusCode::NO_CONTENT).map_err(|error| match error {
        HubError::Db(error @ DbError::Engine(_)) => HubError::NotReady(error),
        other => other,
    })
}

pub async fn metrics(State(app): State<App>) -> Result<impl IntoResponse, HubError> {
    let hub = app.hub();
    let text = blocking(move || {
        let now = Gauges { n_behind: hub.db.n_behind()?, n_spoilt: hub.db.spoilt()?.len() as u64 };
        Ok(hub.metrics.text(&now))
    })
    .await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}

pub async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}
