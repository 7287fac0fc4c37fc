//! Conflicts: converts, calls, converts.

use sohoi_app::AppError;
use sohoi_app::conflict::{Choice, Conflict, SideRow, WHOLE};
use sohoi_domain::change::WHOLE_RECORD;
use sohoi_domain::record::value_to_json;
use sohoi_domain::{DeviceId, Version};

use super::Answer;
use super::record::{id, saved_res};
use crate::dto::Nothing;
use crate::dto::conflict::*;
use crate::dto::record::RecordSaveRes;
use crate::{Api, convert};

pub fn conflict_list(api: &Api, _: Nothing) -> Answer<ConflictListRes> {
    let found = api.app().conflicts()?;
    let conflicts = found.conflicts.iter().map(|conflict| conflict_dto(api, conflict, found.own)).collect();
    Ok(ConflictListRes { conflicts, titles: convert::titles(found.titles) })
}

pub fn conflict_resolve(api: &Api, req: ConflictResolveReq) -> Answer<RecordSaveRes> {
    let choice = Choice::Version(version(&req.choice).ok_or(AppError::NoConflict)?);
    Ok(saved_res(api.app().conflict_resolve(id(&req.id)?, &req.field, choice)?))
}

fn conflict_dto(api: &Api, conflict: &Conflict, own: DeviceId) -> ConflictDto {
    let row = &conflict.row;
    let catalogue = api.app().catalogue();
    let kind = catalogue.kind_by_num(row.kind);
    let field = kind.and_then(|kind| kind.field_by_num(row.field));
    let side = |side: &SideRow| ConflictSideDto {
        choice: format!("{}-{}", side.version.device, side.version.seq),
        value: side.value.as_ref().map_or(serde_json::Value::Null, |value| value_to_json(field, value)),
        author: conflict.authors.get(&side.version).cloned().unwrap_or_default(),
        device: side.version.device.to_string(),
        own: side.version.device == own,
        at_ms: convert::ms(side.at_ms),
        op: convert::op(side.op),
    };
    ConflictDto {
        id: row.record.to_string(),
        short: row.record.short_code(),
        kind: kind.map_or(String::new(), |kind| kind.id.clone()),
        title: conflict.title.clone(),
        about: match row.field {
            WHOLE_RECORD if row.lost.is_some() => ConflictAbout::Lost,
            WHOLE_RECORD if row.destroyed => ConflictAbout::Destroyed,
            WHOLE_RECORD => ConflictAbout::Erase,
            _ => ConflictAbout::Field,
        },
        field: match row.field {
            WHOLE_RECORD => WHOLE.to_string(),
            num => field.map_or_else(|| format!("#{}", num.0), |field| field.id.clone()),
        },
        shown: side(&row.shown),
        waiting: row.waiting.iter().map(side).collect(),
        lost: conflict.lost.clone().map(convert::name),
    }
}

fn version(choice: &str) -> Option<Version> {
    let (device, seq) = choice.split_once('-')?;
    Some(Version { device: device.parse().ok()?, seq: seq.parse().ok()? })
}
