//! What the dashboard and scripts read, and the enrolment of devices.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use serde::Deserialize;
use sohoi_protocol::enrol::{EnrolReq, EnrolRes};

use crate::account::Viewer;
use crate::device;
use crate::error::HubError;
use crate::figures::{self, Question};
use crate::hub::{Hub, blocking};
use crate::view::{CatalogueView, FiguresView, PeriodsView, ReportingView};

type Answer<T> = Result<Json<T>, HubError>;

pub async fn enrol(State(hub): State<Arc<Hub>>, body: Result<Json<EnrolReq>, JsonRejection>) -> Answer<EnrolRes> {
    let Json(req) = body.map_err(|_| HubError::refused("usage.bad_request"))?;
    blocking(move || device::enrol(&hub, &req)).await.map(Json)
}

pub async fn catalogue(State(hub): State<Arc<Hub>>, _: Viewer) -> Json<CatalogueView> {
    Json(CatalogueView::new(&hub.catalogue))
}

#[derive(Deserialize)]
pub struct OfCalendar {
    calendar: String,
}

pub async fn periods(
    State(hub): State<Arc<Hub>>,
    _: Viewer,
    query: Result<Query<OfCalendar>, QueryRejection>,
) -> Answer<PeriodsView> {
    let Query(query) = query.map_err(|_| HubError::refused("usage.bad_request"))?;
    PeriodsView::new(&hub, &query.calendar).map(Json)
}

#[derive(Deserialize)]
pub struct FigureQuery {
    unit: String,
    period: String,
    #[serde(default = "default_calendar")]
    calendar: String,
    #[serde(default, rename = "as")]
    mode: Mode,
    #[serde(default)]
    by_unit: bool,
}

fn default_calendar() -> String {
    "nd09".to_string()
}

#[derive(Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Mode {
    #[default]
    Then,
    Now,
}

pub async fn figures(
    State(hub): State<Arc<Hub>>,
    viewer: Viewer,
    query: Result<Query<FigureQuery>, QueryRejection>,
) -> Answer<FiguresView> {
    let Query(query) = query.map_err(|_| HubError::refused("usage.bad_request"))?;
    viewer.may_see(&hub, &query.unit)?;
    let question = Question {
        unit: query.unit,
        period: query.period,
        calendar: query.calendar,
        as_now: query.mode == Mode::Now,
    };
    blocking(move || {
        let answer = figures::figures(&hub, &question)?;
        Ok(Json(FiguresView::new(&hub.catalogue, &answer, query.by_unit)))
    })
    .await
}

pub async fn reporting(State(hub): State<Arc<Hub>>, viewer: Viewer) -> Answer<ReportingView> {
    viewer.may_see(&hub, &hub.row.unit.code)?;
    blocking(move || ReportingView::new(&hub).map(Json)).await
}
