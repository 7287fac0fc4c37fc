// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.

export type ActionDto = "add" | "table" | "rows" | "edit" | "erase" | "restore" | "merge" | "unmerge" | "decide";

export type BinListReq = { kind: string | null, search: string | null, offset: number, 
/**
 * At most 500.
 */
limit: number, };

export type BinListRes = { 
/**
 * What was erased last first.
 */
rows: Array<BinRowDto>, n_total: number, };

export type BinRowDto = { id: string, short: string, kind: string, 
/**
 * As it was; empty of one whose content was destroyed.
 */
title: string, destroyed: boolean, author: string, at_ms: number, 
/**
 * As typed, or `#undo`.
 */
reason: string, };

export type UndoItemDto = { 
/**
 * Running number since the register was unlocked.
 */
n: number, action: ActionDto, kind: string, 
/**
 * Its record, or the first of several.
 */
id: string, n_records: number, 
/**
 * How many of them were there before and were changed.
 */
n_edited: number, title: string, 
/**
 * Undoing it destroys personal content; only doing it again before the lock brings that back.
 */
is_final: boolean, };

export type UndoReq = { 
/**
 * Only when this is still the newest action.
 */
n: number | null, };

export type UndoRes = { item: UndoItemDto, 
/**
 * Ids of fields that hold something else by now and were left.
 */
left: Array<string>, 
/**
 * Records that were changed since and were left.
 */
n_left: number, };

export type UndoStateRes = { undo: UndoItemDto | null, redo: UndoItemDto | null, };

export type ViewDto = { kind: string, name: string, 
/**
 * What the address of the list says after the question mark.
 */
query: string, };

export type ViewsDto = { 
/**
 * In the order in which they are shown.
 */
views: Array<ViewDto>, };

