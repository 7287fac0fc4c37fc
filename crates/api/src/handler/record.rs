use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sohoi_app::record::{Check, FilterInput, FilterOp, Followed, Query, Saved, UnitChoice};
use sohoi_app::{AppError, Draft};
use sohoi_domain::record::{self, to_json, value_to_json};
use sohoi_domain::{RecordId, Version};

use super::Answer;
use crate::dto::Nothing;
use crate::dto::record::*;
use crate::{Api, convert};

pub(super) fn id(text: &str) -> Result<RecordId, AppError> {
    text.parse().map_err(|_| AppError::UnknownRecord)
}

pub(super) fn map(fields: FieldMap) -> Map<String, Value> {
    fields.into_iter().collect()
}

pub fn record_list(api: &Api, req: RecordListReq) -> Answer<RecordListRes> {
    let period = match (req.calendar, req.period) {
        (Some(calendar), Some(period)) => Some((calendar, period)),
        (_, None) => None,
        (None, Some(_)) => return Err(AppError::BadRequest("calendar")),
    };
    let listed = api.app().record_list(&Query {
        kind: req.kind,
        search: req.search,
        period,
        indicator: req.indicator,
        part: req.part_field.zip(req.part),
        place: req.place_field.zip(req.place),
        filters: req.filters.unwrap_or_default().into_iter().map(filter).collect(),
        sort: req.sort,
        offset: req.offset,
        limit: req.limit,
    })?;
    let catalogue = api.app().catalogue();
    Ok(RecordListRes {
        rows: listed
            .rows
            .into_iter()
            .map(|(record, title)| convert::row(&catalogue, &record, title))
            .collect(),
        n_total: listed.n_total,
        titles: convert::titles(listed.titles),
    })
}

fn filter(filter: FilterDto) -> FilterInput {
    let op = match filter.op {
        FilterOpDto::Is => FilterOp::Is,
        FilterOpDto::IsNot => FilterOp::IsNot,
        FilterOpDto::Between => FilterOp::Between,
        FilterOpDto::Has => FilterOp::Has,
        FilterOpDto::Empty => FilterOp::Empty,
        FilterOpDto::Given => FilterOp::Given,
    };
    FilterInput { field: filter.field, op, values: filter.values }
}

pub fn record_get(api: &Api, req: RecordIdReq) -> Answer<RecordDto> {
    let shown = api.app().record_show(id(&req.id)?)?;
    let state = &shown.record.state;
    let catalogue = api.app().catalogue();
    let kind = catalogue.kind_by_num(state.kind);
    let fields = kind.map(|kind| to_json(kind, &state.fields)).unwrap_or_default();
    Ok(RecordDto {
        id: state.id.to_string(),
        short: state.id.short_code(),
        kind: kind.map_or(String::new(), |kind| kind.id.clone()),
        unit: convert::unit_of(api.app(), &state.unit),
        day: convert::day(&shown.record),
        title: shown.title,
        hidden: kind.map(|kind| record::check(&catalogue, kind, &fields).hidden).unwrap_or_default(),
        fields: fields.into_iter().collect(),
        titles: convert::titles(shown.titles),
        erased: state.erased,
        destroyed: shown.record.meta.destroyed,
        received: shown.record.meta.received,
        author: shown.author.clone(),
        created_at_ms: convert::ms(shown.record.meta.created_at_ms),
        changed_at_ms: convert::ms(shown.record.meta.changed_at_ms),
        n_conflicts: shown.record.meta.n_conflicts,
        missing: shown.missing.iter().map(convert::missing).collect(),
        kept: shown.kept.map(convert::name),
        given_way: shown.given_way.into_iter().map(convert::name).collect(),
    })
}

pub fn record_history(api: &Api, req: RecordIdReq) -> Answer<RecordHistoryRes> {
    let of = id(&req.id)?;
    let history = api.app().record_history(of)?;
    let catalogue = api.app().catalogue();
    // Values before each change: what the changes before it left.
    let mut values: BTreeMap<u16, Value> = BTreeMap::new();
    let mut changes = Vec::new();
    for stored in history.changes.iter().rev() {
        let author = history.authors.get(&(stored.device, stored.change.author)).cloned().unwrap_or_default();
        let before = |num: u16| values.get(&num).cloned().unwrap_or(Value::Null);
        let mut change = convert::change(&catalogue, stored, author, &before);
        let links = history.links.get(&Version { device: stored.device, seq: stored.change.seq });
        let links = links.into_iter().flatten();
        change.links = links.map(|link| convert::link(link, of, &history.linked)).collect();
        // What another record holds besides is no value of this one.
        if stored.change.record != of {
            change.fields.clear();
            changes.push(change);
            continue;
        }
        changes.push(change);
        let kind = catalogue.kind_by_num(stored.change.kind);
        for (num, value) in &stored.change.fields {
            let field = kind.and_then(|kind| kind.field_by_num(*num));
            values.insert(num.0, value.as_ref().map_or(Value::Null, |value| value_to_json(field, value)));
        }
    }
    changes.reverse();
    Ok(RecordHistoryRes { changes, titles: convert::titles(history.titles) })
}

pub fn record_check(api: &Api, req: RecordCheckReq) -> Answer<RecordCheckRes> {
    let check = match &req.id {
        None => api.app().record_check(&req.kind, &map(req.fields))?,
        Some(text) => api.app().record_check_edit(id(text)?, &map(req.fields))?,
    };
    Ok(check_res(api, check))
}

pub(super) fn check_res(api: &Api, check: Check) -> RecordCheckRes {
    let catalogue = api.app().catalogue();
    let alike = check.alike.into_iter().map(|(record, title)| convert::row(&catalogue, &record, title));
    RecordCheckRes {
        issues: check.issues.iter().map(convert::issue).collect(),
        hidden: check.hidden,
        alike: alike.collect(),
    }
}

pub fn record_save(api: &Api, req: RecordSaveReq) -> Answer<RecordSaveRes> {
    let draft = req.draft_id.as_deref();
    let saved = match &req.id {
        None => api.app().record_add(&req.kind, &map(req.fields), &UnitChoice::Own, draft)?,
        Some(text) => {
            let base = req.base.map(map);
            api.app().record_replace(id(text)?, &map(req.fields), base.as_ref(), draft)?
        }
    };
    Ok(saved_res(saved))
}

pub fn record_merge(api: &Api, req: RecordMergeReq) -> Answer<RecordSaveRes> {
    Ok(saved_res(api.app().record_merge(id(&req.id)?, id(&req.kept)?)?))
}

pub fn record_unmerge(api: &Api, req: RecordIdReq) -> Answer<RecordSaveRes> {
    Ok(saved_res(api.app().record_unmerge(id(&req.id)?)?))
}

pub(super) fn saved_res(saved: Saved) -> RecordSaveRes {
    let (id, short) = (saved.id.to_string(), saved.id.short_code());
    let followed = saved.followed.into_iter().map(followed_dto).collect();
    RecordSaveRes { id, short, changed: saved.changed, followed }
}

fn followed_dto(one: Followed) -> FollowedDto {
    FollowedDto { id: one.id.to_string(), title: one.title, kind: one.kind, field: one.field, code: one.code }
}

pub fn record_erase(api: &Api, req: RecordEraseReq) -> Answer<RecordSaveRes> {
    Ok(saved_res(api.app().record_erase(id(&req.id)?, &req.reason)?))
}

pub fn record_restore(api: &Api, req: RecordIdReq) -> Answer<RecordSaveRes> {
    Ok(saved_res(api.app().record_restore(id(&req.id)?)?))
}

pub(super) fn drafts(api: &Api) -> Answer<Vec<DraftDto>> {
    Ok(api.app().drafts()?.into_iter().map(|draft| draft_dto(api, draft)).collect())
}

fn draft_dto(api: &Api, draft: Draft) -> DraftDto {
    let catalogue = api.app().catalogue();
    let title_ids = catalogue.kind(&draft.kind).map_or(&[][..], |kind| &kind.title);
    let title =
        title_ids.iter().filter_map(|id| draft.fields.get(id)?.as_str()).collect::<Vec<_>>().join(" · ");
    DraftDto {
        id: draft.id,
        kind: draft.kind,
        record_id: draft.record.map(|id| id.to_string()),
        fields: draft.fields.into_iter().collect(),
        title,
        saved_at_ms: convert::ms(draft.saved_at_ms),
    }
}

pub fn draft_list(api: &Api, _: Nothing) -> Answer<DraftListRes> {
    Ok(DraftListRes { drafts: drafts(api)? })
}

pub fn draft_save(api: &Api, req: DraftSaveReq) -> Answer<DraftDto> {
    let record = req.record_id.as_deref().map(id).transpose()?;
    let draft = Draft { id: req.id, kind: req.kind, record, fields: map(req.fields), saved_at_ms: 0 };
    Ok(draft_dto(api, api.app().draft_save(draft)?))
}

pub fn draft_discard(api: &Api, req: DraftDiscardReq) -> Answer<Nothing> {
    api.app().draft_discard(&req.id)?;
    Ok(Nothing {})
}
