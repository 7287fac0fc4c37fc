//! Sums of a period by unit: added ones from the rollups, subjects that count once from their facts.

use std::collections::BTreeMap;

use rusqlite::{Connection, named_params};
use sohoi_domain::catalogue::TimeKind;
use sohoi_domain::figure::{Sum, Window};
use sohoi_domain::{Day, Period, UnitKey};
use sohoi_hub_db::SumQuery;

use crate::error::{Result, SqliteResult};
use crate::intern::{codes, units};
use crate::rollup::{BEGAN, Cell, ENDED, HAPPENED};
use crate::same;
use crate::shape::Shape;
use crate::span::{Piece, pieces};
use crate::tally::{self, FactRow, Names};

const HAPPENED_FACTS: &str = include_str!("../../../schema/hub/sqlite/queries/facts_happened.sql");
const BEGUN_FACTS: &str = include_str!("../../../schema/hub/sqlite/queries/facts_begun.sql");
const ENDED_FACTS: &str = include_str!("../../../schema/hub/sqlite/queries/facts_ended.sql");
const REVERSED_FACTS: &str = include_str!("../../../schema/hub/sqlite/queries/facts_reversed.sql");
const STANDING_FACTS: &str = include_str!("../../../schema/hub/sqlite/queries/facts_standing.sql");
const ROLLUPS: &str = include_str!("../../../schema/hub/sqlite/queries/rollups.sql");

pub fn sums(connection: &Connection, shapes: &BTreeMap<u16, Shape>, query: &SumQuery) -> Result<Vec<Sum>> {
    let reader = Reader {
        connection,
        names: Names::new(codes(connection)?),
        same: same::subjects(connection)?,
        plans: plans(shapes, query.period),
    };
    let mut sums = Vec::new();
    for (id, unit) in units(connection)? {
        if query.units.is_none_or(|units| units.contains(&unit)) {
            for (indicator, cell) in reader.unit(id)? {
                push(&mut sums, &unit, indicator, &cell);
            }
        }
    }
    Ok(sums)
}

fn push(sums: &mut Vec<Sum>, unit: &UnitKey, indicator: u16, cell: &Cell) {
    let sum = |by, value| Sum { unit: unit.clone(), indicator, by, value };
    sums.push(sum(None, cell.value));
    for (dimension, codes) in cell.split.iter().enumerate() {
        for (code, value) in codes {
            let code = Some(code).filter(|code| !code.is_empty()).cloned();
            sums.push(sum(Some((dimension, code)), *value));
        }
    }
}

/// Rollups of one side that are added or taken away, for the indicators with one time kind.
struct Plan {
    time: TimeKind,
    window: Window,
    /// Indicators whose values are added.
    added: Vec<(u16, Shape)>,
    distinct: Vec<(u16, Shape)>,
    terms: Vec<Term>,
}

struct Term {
    side: u8,
    sign: i64,
    pieces: Vec<Piece>,
}

fn plans(shapes: &BTreeMap<u16, Shape>, period: &Period) -> Vec<Plan> {
    [TimeKind::Flow, TimeKind::StockEnd, TimeKind::StockActive]
        .into_iter()
        .map(|time| {
            let window = Window::of(time, period);
            let of_time = shapes.iter().filter(|(_, shape)| shape.time == time);
            let (distinct, added) = of_time.map(|(n, s)| (*n, *s)).partition(|(_, s)| s.is_distinct);
            let term = |side, sign, lo, hi| Term { side, sign, pieces: pieces(lo, hi) };
            let terms = match time {
                TimeKind::Flow => vec![term(HAPPENED, 1, Some(window.lo), window.hi)],
                // What stood is what began, less what had ended before.
                TimeKind::StockEnd | TimeKind::StockActive => {
                    vec![term(BEGAN, 1, None, window.hi), term(ENDED, -1, None, window.lo.plus(-1))]
                }
            };
            Plan { time, window, added, distinct, terms }
        })
        .collect()
}

struct Reader<'a> {
    connection: &'a Connection,
    names: Names,
    /// Subjects that count as another.
    same: BTreeMap<i64, i64>,
    plans: Vec<Plan>,
}

type Cells = BTreeMap<u16, Cell>;

impl Reader<'_> {
    fn unit(&self, unit: i64) -> Result<Cells> {
        let mut cells = Cells::new();
        for plan in &self.plans {
            for term in &plan.terms {
                for piece in &term.pieces {
                    self.piece(unit, plan, term, *piece, &mut cells)?;
                }
            }
            if plan.time != TimeKind::Flow {
                for (indicator, shape) in &plan.added {
                    let place = Place { unit, indicator: *indicator, sql: REVERSED_FACTS };
                    let facts = self.facts(place, plan.window.lo, plan.window.hi)?;
                    self.add(*indicator, *shape, &facts, 1, &mut cells);
                }
            }
            for (indicator, shape) in &plan.distinct {
                let sql = if shape.is_flow() { HAPPENED_FACTS } else { STANDING_FACTS };
                let place = Place { unit, indicator: *indicator, sql };
                let mut facts = self.facts(place, plan.window.lo, plan.window.hi)?;
                if !facts.is_empty() {
                    facts.iter_mut().for_each(|fact| fact.count_as(&self.same));
                    let cell = tally::distinct(&self.names, &mut facts, shape.n_dimensions);
                    cells.insert(*indicator, cell);
                }
            }
        }
        Ok(cells)
    }

    fn piece(&self, unit: i64, plan: &Plan, term: &Term, piece: Piece, cells: &mut Cells) -> Result<()> {
        match piece {
            Piece::Spans { level, first, last } => {
                let mut find = self.connection.prepare_cached(ROLLUPS).db()?;
                let params = named_params! {
                    ":unit": unit, ":side": term.side, ":level": level, ":first": first, ":last": last,
                };
                let mut rows = find.query(params).db()?;
                while let Some(row) = rows.next().db()? {
                    let split = row.get_ref(2).and_then(|text| Ok(text.as_str()?)).db()?;
                    let indicator: u16 = row.get(0).db()?;
                    // Both kinds of stock share their rows.
                    if plan.added.iter().any(|(num, _)| *num == indicator) {
                        cells.entry(indicator).or_default().add_row(row.get(1).db()?, split, term.sign)?;
                    }
                }
            }
            Piece::Days { lo, hi } => {
                let sql = match term.side {
                    HAPPENED => HAPPENED_FACTS,
                    BEGAN => BEGUN_FACTS,
                    _ => ENDED_FACTS,
                };
                for (indicator, shape) in &plan.added {
                    let facts = self.facts(Place { unit, indicator: *indicator, sql }, lo, hi)?;
                    self.add(*indicator, *shape, &facts, term.sign, cells);
                }
            }
        }
        Ok(())
    }

    fn facts(&self, place: Place, lo: Day, hi: Day) -> Result<Vec<FactRow>> {
        let mut find = self.connection.prepare_cached(place.sql).db()?;
        let params = named_params! {
            ":unit": place.unit,
            ":indicator": place.indicator,
            ":lo": lo.number(),
            ":hi": hi.number(),
        };
        find.query_map(params, FactRow::from).db()?.collect::<rusqlite::Result<_>>().db()
    }

    fn add(&self, indicator: u16, shape: Shape, facts: &[FactRow], sign: i64, cells: &mut Cells) {
        if !facts.is_empty() {
            let found = tally::added(&self.names, facts, shape.n_dimensions);
            cells.entry(indicator).or_default().add(&found, sign);
        }
    }
}

struct Place {
    unit: i64,
    indicator: u16,
    sql: &'static str,
}
