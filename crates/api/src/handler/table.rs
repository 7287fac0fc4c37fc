//! Records by the table.

use super::Answer;
use super::record::{check_res, map, saved_res};
use crate::Api;
use crate::dto::table::*;

pub fn table_check(api: &Api, req: TableCheckReq) -> Answer<TableCheckRes> {
    let rows: Vec<_> = req.rows.into_iter().map(map).collect();
    let checks = api.app().record_check_rows(&req.kind, &rows)?;
    Ok(TableCheckRes { rows: checks.into_iter().map(|check| check_res(api, check)).collect() })
}

pub fn table_save(api: &Api, req: TableSaveReq) -> Answer<TableSaveRes> {
    let rows: Vec<_> = req.rows.into_iter().map(map).collect();
    let saved = api.app().record_add_rows(&req.kind, &rows, &req.draft_id, req.rest.map(map))?;
    Ok(TableSaveRes { saved: saved.into_iter().map(saved_res).collect() })
}
