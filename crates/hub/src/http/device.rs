//! `POST /v1/enrol`.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use sohoi_protocol::enrol::{EnrolReq, EnrolRes};

use crate::device;
use crate::error::HubError;
use crate::http::App;
use crate::hub::blocking;

pub async fn enrol(
    State(app): State<App>,
    req: Result<Json<EnrolReq>, JsonRejection>,
) -> Result<Json<EnrolRes>, HubError> {
    let Json(req) = req?;
    blocking(move || device::enrol(&app.hub(), &req)).await.map(Json)
}
