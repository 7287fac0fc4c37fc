//! A sitting over a hamlet.

use sohoi_app::StoredRecord;
use sohoi_app::checklist::Place;
use sohoi_domain::record::to_json;

use super::Answer;
use crate::Api;
use crate::dto::checklist::*;
use crate::dto::record::FieldMap;

pub fn checklist_places(api: &Api, req: ChecklistPlacesReq) -> Answer<ChecklistPlacesRes> {
    let places = api.app().checklist_places(&req.kind)?;
    Ok(ChecklistPlacesRes { places: places.into_iter().map(place).collect() })
}

pub(super) fn place(place: Place) -> ChecklistPlaceDto {
    ChecklistPlaceDto { field: place.field, value: place.value, label: place.label, n: place.n }
}

pub fn checklist_get(api: &Api, req: ChecklistReq) -> Answer<ChecklistRes> {
    let list = api.app().checklist(&req.kind, &req.field, &req.value)?;
    let assessment = |record: &StoredRecord| AssessmentDto {
        id: record.state.id.to_string(),
        fields: fields(api, record),
    };
    let rows = list.rows.iter().map(|row| ChecklistRowDto {
        id: row.record.state.id.to_string(),
        title: row.title.clone(),
        fields: fields(api, &row.record),
        assessments: row.assessments.iter().map(assessment).collect(),
    });
    Ok(ChecklistRes { rows: rows.collect(), n_total: list.n_total })
}

fn fields(api: &Api, record: &StoredRecord) -> FieldMap {
    let catalogue = api.app().catalogue();
    let kind = catalogue.kind_by_num(record.state.kind);
    kind.map(|kind| to_json(kind, &record.state.fields)).unwrap_or_default().into_iter().collect()
}
