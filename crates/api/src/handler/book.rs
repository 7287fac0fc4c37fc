//! A kind of record as a book.

use sohoi_app::AppError;
use sohoi_app::book::{BookQuery, Cross, Tally};
use sohoi_domain::record::to_json;

use super::Answer;
use super::checklist::place;
use crate::dto::book::*;
use crate::{Api, convert};

pub fn book_get(api: &Api, req: BookReq) -> Answer<BookRes> {
    let period = match (req.calendar, req.period) {
        (Some(calendar), Some(period)) => Some((calendar, period)),
        (_, None) => None,
        (None, Some(_)) => return Err(AppError::BadRequest("calendar")),
    };
    let book = api.app().book(&BookQuery {
        kind: req.kind,
        place: req.place_field.zip(req.place),
        marks: req.marks,
        period,
        ages_by: req.ages_by,
        offset: req.offset,
        limit: req.limit,
    })?;
    let catalogue = api.app().catalogue();
    let rows = book.rows.into_iter().map(|(record, title)| {
        let kind = catalogue.kind_by_num(record.state.kind);
        BookRowDto {
            id: record.state.id.to_string(),
            day: convert::day(&record),
            title,
            fields: kind
                .map(|kind| to_json(kind, &record.state.fields))
                .unwrap_or_default()
                .into_iter()
                .collect(),
        }
    });
    let cross = |cross: Cross| BookPlaceDto { place: place(cross.place), tallies: tallies(cross.tallies) };
    // Those whose age is not known come last.
    let (known, unknown): (Vec<_>, Vec<_>) = book.ages.into_iter().partition(|(from, _)| from.is_some());
    let ages = known.into_iter().chain(unknown).map(|(from, of)| AgeDto { from, n: of.n, by: of.by });
    Ok(BookRes {
        rows: rows.collect(),
        n_total: book.n_total,
        titles: convert::titles(book.titles),
        places: book.places.into_iter().map(cross).collect(),
        tallies: tallies(book.tallies),
        ages: ages.collect(),
    })
}

fn tallies(of: Vec<Tally>) -> Vec<TallyDto> {
    of.into_iter().map(|tally| TallyDto { field: tally.field, counts: tally.counts }).collect()
}
