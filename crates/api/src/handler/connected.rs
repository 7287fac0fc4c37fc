//! What refers to a record.

use sohoi_app::record::ConnectedKind;

use super::Answer;
use super::record::id;
use crate::dto::connected::*;
use crate::{Api, convert};

pub fn record_connected(api: &Api, req: RecordConnectedReq) -> Answer<RecordConnectedRes> {
    let found = api.app().record_connected(id(&req.id)?, req.kind.as_deref(), req.offset, req.limit)?;
    let catalogue = api.app().catalogue();
    let group = |group: ConnectedKind| ConnectedKindDto {
        kind: group.kind,
        n_total: group.n_total,
        rows: group
            .rows
            .iter()
            .map(|(record, title)| convert::row(&catalogue, record, title.clone()))
            .collect(),
    };
    let states = found.states.into_iter().map(|state| StateDto {
        day: state.day.to_string(),
        code: state.code,
        record: state.record.to_string(),
    });
    Ok(RecordConnectedRes {
        states: states.collect(),
        groups: found.groups.into_iter().map(group).collect(),
        titles: convert::titles(found.titles),
    })
}
