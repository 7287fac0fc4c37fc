//! What can be undone and done again, the bin, and lists kept by a name.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ActionDto {
    Add,
    /// Many new records at once.
    Table,
    /// Many at once, of which some were there before.
    Rows,
    Edit,
    Erase,
    Restore,
    Merge,
    Unmerge,
    /// What was decided about a conflict.
    Decide,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UndoItemDto {
    /// Running number since the register was unlocked.
    pub n: u32,
    pub action: ActionDto,
    pub kind: String,
    /// Its record, or the first of several.
    pub id: String,
    pub n_records: u32,
    /// How many of them were there before and were changed.
    pub n_edited: u32,
    pub title: String,
    /// Undoing it destroys personal content; only doing it again before the lock brings that back.
    pub is_final: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UndoStateRes {
    pub undo: Option<UndoItemDto>,
    pub redo: Option<UndoItemDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UndoReq {
    /// Only when this is still the newest action.
    pub n: Option<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UndoRes {
    pub item: UndoItemDto,
    /// Ids of fields that hold something else by now and were left.
    pub left: Vec<String>,
    /// Records that were changed since and were left.
    pub n_left: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BinListReq {
    pub kind: Option<String>,
    pub search: Option<String>,
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BinListRes {
    /// What was erased last first.
    pub rows: Vec<BinRowDto>,
    pub n_total: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BinRowDto {
    pub id: String,
    pub short: String,
    pub kind: String,
    /// As it was; empty of one whose content was destroyed.
    pub title: String,
    pub destroyed: bool,
    pub author: String,
    pub at_ms: f64,
    /// As typed, or `#undo`.
    pub reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ViewDto {
    pub kind: String,
    pub name: String,
    /// What the address of the list says after the question mark.
    pub query: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ViewsDto {
    /// In the order in which they are shown.
    pub views: Vec<ViewDto>,
}
