//! What a person who has signed in may read.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::error::HubError;
use crate::figures::{self, Question};
use crate::http::App;
use crate::http::auth::Person;
use crate::hub::blocking;
use crate::view::{CatalogueView, FiguresView, PeriodsView, ReportingView};

const DEFAULT_CALENDAR: &str = "union";

#[derive(Deserialize)]
pub struct PeriodsQuery {
    calendar: Option<String>,
}

#[derive(Deserialize)]
pub struct FiguresQuery {
    unit: Option<String>,
    period: String,
    calendar: Option<String>,
    #[serde(rename = "as")]
    units_as: Option<UnitsAs>,
    #[serde(default)]
    by_unit: bool,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum UnitsAs {
    Then,
    Now,
}

pub async fn catalogue(_: Person, State(app): State<App>) -> Json<CatalogueView> {
    Json(CatalogueView::new(&app.hub().catalogue))
}

pub async fn periods(
    _: Person,
    State(app): State<App>,
    query: Result<Query<PeriodsQuery>, QueryRejection>,
) -> Result<Json<PeriodsView>, HubError> {
    let Query(query) = query?;
    PeriodsView::new(&app.hub(), query.calendar.as_deref().unwrap_or(DEFAULT_CALENDAR)).map(Json)
}

pub async fn figures(
    Person(viewer): Person,
    State(app): State<App>,
    query: Result<Query<FiguresQuery>, QueryRejection>,
) -> Result<Json<FiguresView>, HubError> {
    let Query(query) = query?;
    let question = question(&app, &query);
    let hub = app.hub();
    viewer.may_see(&hub, &question.unit)?;
    blocking(move || {
        let answer = figures::figures(&hub, &question)?;
        Ok(Json(FiguresView::new(&hub.catalogue, &answer, query.by_unit)))
    })
    .await
}

fn question(app: &App, query: &FiguresQuery) -> Question {
    Question {
        unit: query.unit.clone().unwrap_or_else(|| app.hub().row.unit.code.clone()),
        period: query.period.clone(),
        calendar: query.calendar.clone().unwrap_or_else(|| DEFAULT_CALENDAR.to_string()),
        as_now: query.units_as == Some(UnitsAs::Now),
    }
}

pub async fn reporting(
    Person(viewer): Person,
    State(app): State<App>,
) -> Result<Json<ReportingView>, HubError> {
    let hub = app.hub();
    viewer.may_see(&hub, &hub.row.unit.code)?;
    blocking(move || ReportingView::new(&hub)).await.map(Json)
}
