//! What the province says to a commune, and what it said before.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sohoi_domain::{Day, UnitKey};
use sohoi_protocol::bulletin::{Body, Comment, Decision, Verdict};

use crate::account::Viewer;
use crate::bulletin;
use crate::error::HubError;
use crate::http::App;
use crate::http::auth::Person;
use crate::hub::{Hub, blocking};
use crate::submission;
use crate::view::{MessagesView, SubmissionsView};
use crate::word;

/// One version of a commune.
#[derive(Deserialize)]
pub struct UnitQuery {
    unit: String,
    valid_from: String,
}

impl UnitQuery {
    fn key(&self, hub: &Hub) -> Result<UnitKey, HubError> {
        let day = self.valid_from.parse::<Day>();
        let day = day.map_err(|_| HubError::refused("unit.unknown").with("unit", &self.unit))?;
        word::unit(hub, &self.unit, day)
    }
}

#[derive(Deserialize)]
pub struct CommentReq {
    #[serde(flatten)]
    unit: UnitQuery,
    text: String,
    calendar: String,
    period: String,
    indicator: Option<String>,
}

#[derive(Deserialize)]
pub struct DecisionReq {
    #[serde(flatten)]
    unit: UnitQuery,
    calendar: String,
    period: String,
    verdict: VerdictReq,
    #[serde(default)]
    note: String,
    /// Digest of the submission that was looked at; the newest when absent.
    digest: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum VerdictReq {
    Accepted,
    Returned,
}

#[derive(Serialize)]
pub struct SaidRes {
    bulletin: u64,
}

pub async fn messages(
    Person(viewer): Person,
    State(app): State<App>,
    query: Result<Query<UnitQuery>, QueryRejection>,
) -> Result<Json<MessagesView>, HubError> {
    let Query(query) = query?;
    let hub = app.hub();
    viewer.may_see(&hub, &query.unit)?;
    blocking(move || {
        let unit = query.key(&hub)?;
        Ok(Json(MessagesView::new(&hub, &unit, word::said(&hub, &hub.scope(&unit))?)))
    })
    .await
}

pub async fn submissions(
    Person(viewer): Person,
    State(app): State<App>,
    query: Result<Query<UnitQuery>, QueryRejection>,
) -> Result<Json<SubmissionsView>, HubError> {
    let Query(query) = query?;
    let hub = app.hub();
    viewer.may_see(&hub, &query.unit)?;
    blocking(move || {
        let unit = query.key(&hub)?;
        let heard = submission::of_unit(&hub, &unit)?;
        Ok(Json(SubmissionsView::new(&hub, &unit, &heard, submission::answers(&hub, &unit)?)))
    })
    .await
}

pub async fn comment(
    Person(viewer): Person,
    State(app): State<App>,
    req: Result<Json<CommentReq>, JsonRejection>,
) -> Result<Json<SaidRes>, HubError> {
    let Json(req) = req?;
    let hub = app.hub();
    blocking(move || add_comment(&hub, &viewer, &req)).await
}

fn add_comment(hub: &Hub, viewer: &Viewer, req: &CommentReq) -> Result<Json<SaidRes>, HubError> {
    viewer.may_speak(hub)?;
    let unit = req.unit.key(hub)?;
    let (about, _) = bulletin::period(hub, &req.calendar, &req.period)?;
    let comment = Comment {
        author: viewer.name.clone(),
        text: word::text(&req.text)?,
        about: Some(about),
        indicator: word::indicator(hub, req.indicator.as_deref())?,
        record: None,
        reply_to: None,
    };
    let bulletin = word::say_once(hub, &unit, Body::Comment(comment), &viewer.name)?;
    Ok(Json(SaidRes { bulletin }))
}

pub async fn decide(
    Person(viewer): Person,
    State(app): State<App>,
    req: Result<Json<DecisionReq>, JsonRejection>,
) -> Result<Json<SaidRes>, HubError> {
    let Json(req) = req?;
    let hub = app.hub();
    blocking(move || add_decision(&hub, &viewer, &req)).await
}

fn add_decision(hub: &Hub, viewer: &Viewer, req: &DecisionReq) -> Result<Json<SaidRes>, HubError> {
    viewer.may_speak(hub)?;
    let unit = req.unit.key(hub)?;
    let (period, _) = bulletin::period(hub, &req.calendar, &req.period)?;
    let verdict = match req.verdict {
        VerdictReq::Accepted => Verdict::Accepted,
        VerdictReq::Returned => Verdict::Returned,
    };
    let (author, note) = (viewer.name.clone(), word::text(&req.note)?);
    let digest = match &req.digest {
        Some(typed) => Some(submission::named(hub, &unit, &period, typed)?),
        None => submission::newest(hub, &unit, &period)?,
    };
    let decision = Decision { period, verdict, author, note, digest };
    let bulletin = word::say_once(hub, &unit, Body::Decision(decision), &viewer.name)?;
    Ok(Json(SaidRes { bulletin }))
}
