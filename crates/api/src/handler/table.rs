//! Records by the table.

use sohoi_app::AppError;
use sohoi_app::record::TableRow;

use super::Answer;
use super::record::{check_res, id, map, saved_res};
use crate::Api;
use crate::dto::record::FieldMap;
use crate::dto::table::*;

pub fn table_check(api: &Api, req: TableCheckReq) -> Answer<TableCheckRes> {
    let checks = api.app().record_check_rows(&req.kind, &rows(req.rows, &req.ids)?)?;
    Ok(TableCheckRes { rows: checks.into_iter().map(|check| check_res(api, check)).collect() })
}

pub fn table_save(api: &Api, req: TableSaveReq) -> Answer<TableSaveRes> {
    let rows = rows(req.rows, &req.ids)?;
    let saved = api.app().record_save_rows(&req.kind, &rows, &req.draft_id, req.rest.map(map))?;
    Ok(TableSaveRes { saved: saved.into_iter().map(saved_res).collect() })
}

fn rows(rows: Vec<FieldMap>, ids: &[Option<String>]) -> Result<Vec<TableRow>, AppError> {
    let row = |(at, fields): (usize, FieldMap)| {
        let of = ids.get(at).and_then(Option::as_deref);
        Ok(TableRow { id: of.map(id).transpose()?, fields: map(fields) })
    };
    rows.into_iter().enumerate().map(row).collect()
}
