//! Targets that the province set.

use rusqlite::{Connection, Transaction, named_params};
use sohoi_domain::catalogue::Target;
use sohoi_hub_db::audit::AuditEntry;

use crate::audit;
use crate::error::{Result, SqliteResult};

pub fn set(tx: &Transaction, targets: &[Target], now_ms: i64, actor: &str) -> Result<()> {
    for target in targets {
        tx.prepare_cached(include_str!("../../../schema/hub/sqlite/queries/set_target.sql"))
            .and_then(|mut set| {
                set.execute(named_params! {
                    ":indicator": target.indicator,
                    ":period": target.period,
                    ":calendar": target.calendar,
                    ":unit": target.unit.as_deref().unwrap_or_default(),
                    ":source": target.source,
                    ":per_unit": target.per_unit,
                    ":total": target.total,
                })
            })
            .db()?;
        audit::add(
            tx,
            &AuditEntry {
                at_ms: now_ms,
                actor: actor.to_string(),
                action: "target.set".to_string(),
                subject: format!("{} {} {}", target.indicator, target.calendar, target.period),
            },
        )?;
    }
    Ok(())
}

pub fn all(connection: &Connection) -> Result<Vec<Target>> {
    let mut find = connection
        .prepare_cached(
            "SELECT indicator, period, calendar, unit, source, per_unit, total
             FROM target ORDER BY indicator, period, calendar, unit",
        )
        .db()?;
    let rows = find
        .query_map([], |row| {
            Ok(Target {
                indicator: row.get(0)?,
                period: row.get(1)?,
                calendar: row.get(2)?,
                unit: Some(row.get::<_, String>(3)?).filter(|unit| !unit.is_empty()),
                source: row.get(4)?,
                per_unit: row.get(5)?,
                total: row.get(6)?,
            })
        })
        .db()?;
    rows.collect::<rusqlite::Result<_>>().db()
}
