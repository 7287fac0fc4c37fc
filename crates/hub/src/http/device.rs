//! `POST /v1/enrol` and `POST /v1/renew`.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use sohoi_protocol::enrol::{EnrolReq, EnrolRes, RenewReq, RenewRes};

use crate::device;
use crate::error::HubError;
use crate::http::App;
use crate::http::auth::Device;
use crate::hub::blocking;

pub async fn enrol(
    State(app): State<App>,
    req: Result<Json<EnrolReq>, JsonRejection>,
) -> Result<Json<EnrolRes>, HubError> {
    let Json(req) = req?;
    blocking(move || device::enrol(&app.hub(), &req)).await.map(Json)
}

pub async fn renew(
    Device(old): Device,
    State(app): State<App>,
    req: Result<Json<RenewReq>, JsonRejection>,
) -> Result<Json<RenewRes>, HubError> {
    let Json(req) = req?;
    blocking(move || device::renew(&app.hub(), &old, &req)).await.map(Json)
}
