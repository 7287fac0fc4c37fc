//! Undo, redo, the bin and kept lists: converts, calls, converts.

use sohoi_app::record::BinQuery;
use sohoi_app::undo::{Action, Item, Undone};
use sohoi_app::view::View;

use super::Answer;
use crate::dto::Nothing;
use crate::dto::undo::*;
use crate::{Api, convert};

pub fn undo_state(api: &Api, _: Nothing) -> Answer<UndoStateRes> {
    let state = api.app().undo_state()?;
    Ok(UndoStateRes { undo: state.undo.map(item), redo: state.redo.map(item) })
}

pub fn undo(api: &Api, req: UndoReq) -> Answer<UndoRes> {
    Ok(undone(api.app().undo(req.n)?))
}

pub fn redo(api: &Api, req: UndoReq) -> Answer<UndoRes> {
    Ok(undone(api.app().redo(req.n)?))
}

fn undone(undone: Undone) -> UndoRes {
    UndoRes { item: item(undone.item), left: undone.left, n_left: undone.n_left }
}

fn item(item: Item) -> UndoItemDto {
    UndoItemDto {
        n: item.n,
        action: match item.action {
            Action::Add => ActionDto::Add,
            Action::Table => ActionDto::Table,
            Action::Rows => ActionDto::Rows,
            Action::Edit => ActionDto::Edit,
            Action::Erase => ActionDto::Erase,
            Action::Restore => ActionDto::Restore,
            Action::Merge => ActionDto::Merge,
            Action::Unmerge => ActionDto::Unmerge,
            Action::Decide => ActionDto::Decide,
        },
        kind: item.kind,
        id: item.id.to_string(),
        n_records: item.n_records,
        n_edited: item.n_edited,
        title: item.title,
        is_final: item.is_final,
    }
}

pub fn bin_list(api: &Api, req: BinListReq) -> Answer<BinListRes> {
    let query = BinQuery { kind: req.kind, search: req.search, offset: req.offset, limit: req.limit };
    let bin = api.app().record_bin(&query)?;
    let catalogue = api.app().catalogue();
    let rows = bin.rows.into_iter().map(|(row, author)| BinRowDto {
        id: row.id.to_string(),
        short: row.id.short_code(),
        kind: catalogue.kind_by_num(row.kind).map_or(String::new(), |kind| kind.id.clone()),
        title: row.title,
        destroyed: row.destroyed,
        author,
        at_ms: convert::ms(row.at_ms),
        reason: row.reason,
    });
    Ok(BinListRes { rows: rows.collect(), n_total: bin.n_total })
}

pub fn views_get(api: &Api, _: Nothing) -> Answer<ViewsDto> {
    let views = api.app().views()?.into_iter();
    let view = |view: View| ViewDto { kind: view.kind, name: view.name, query: view.query };
    Ok(ViewsDto { views: views.map(view).collect() })
}

pub fn views_save(api: &Api, req: ViewsDto) -> Answer<ViewsDto> {
    let view =
        |view: &ViewDto| View { kind: view.kind.clone(), name: view.name.clone(), query: view.query.clone() };
    api.app().views_save(&req.views.iter().map(view).collect::<Vec<_>>())?;
    Ok(req)
}
