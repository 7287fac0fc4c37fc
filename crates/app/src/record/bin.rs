use sohoi_store::{ErasedQuery, ErasedRow};

use super::read::MAX_ROWS;
use crate::{App, AppError};

/// Which erased records to list. All parts narrow it.
#[derive(Clone, Debug, Default)]
pub struct BinQuery {
    pub kind: Option<String>,
    pub search: Option<String>,
    pub offset: u32,
    pub limit: u32,
}

#[derive(Clone, Debug)]
pub struct Bin {
    /// What was erased last first, with who did it where that is known here.
    pub rows: Vec<(ErasedRow, String)>,
    pub n_total: u32,
}

impl App {
    /// Erased records, also those whose content is gone: these by kind and code only.
    pub fn record_bin(&self, query: &BinQuery) -> Result<Bin, AppError> {
        let query = ErasedQuery {
            kind: query.kind.clone(),
            search: query.search.clone().filter(|text| !text.trim().is_empty()),
            offset: query.offset,
            limit: query.limit.min(MAX_ROWS),
        };
        self.with_register(|register| {
            let (rows, n_total) = register.erased(&query)?;
            let mut named = Vec::with_capacity(rows.len());
            for row in rows {
                let author = register.officer_of(row.by.device, row.author)?.unwrap_or_default();
                named.push((row, author));
            }
            Ok(Bin { rows: named, n_total: crate::small(n_total) })
        })
    }
}
