//! Spans of days that calendars begin and end with, and how a period is put together from them.
//!
//! Every calendar known to close its periods does so on the 14th or on the last of a month. Half months and
//! the quarters that begin on 15 December, March, June and September therefore make up any period; a letter
//! that closes one on another day leaves odd days at the edge, which are counted from facts.

use sohoi_domain::Day;

pub const HALF_MONTH: u8 = 0;
pub const QUARTER: u8 = 1;
const HALVES: i64 = 6;

/// Number of the half month that a day lies in.
pub fn half_of(day: Day) -> i64 {
    let (year, month, of_month) = day.ymd();
    // 15 December begins a year of quarters, so it is a multiple of six.
    (i64::from(year) * 12 + i64::from(month) - 1) * 2 + i64::from(of_month >= 15) - 23
}

pub fn quarter_of_half(half: i64) -> i64 {
    half.div_euclid(HALVES)
}

fn is_first_of_half(day: Day) -> bool {
    half_of(day.plus(-1)) != half_of(day)
}

/// A run of spans or of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    Spans { level: u8, first: i64, last: i64 },
    Days { lo: Day, hi: Day },
}

/// What makes up the days from `lo` (from ever when none) to `hi`.
pub fn pieces(lo: Option<Day>, hi: Day) -> Vec<Piece> {
    // Whole halves are those from `begin` up to, and without, `end`.
    let end = if is_first_of_half(hi.plus(1)) { half_of(hi) + 1 } else { half_of(hi) };
    let begin = match lo {
        None => i64::MIN,
        Some(day) if is_first_of_half(day) => half_of(day),
        Some(day) => half_of(day) + 1,
    };
    let mut pieces = Vec::new();
    if begin >= end {
        pieces.extend(lo.map(|lo| Piece::Days { lo, hi }));
        return pieces;
    }
    if let Some(lo) = lo.filter(|day| !is_first_of_half(*day)) {
        pieces.push(Piece::Days { lo, hi: last_of_half(lo) });
    }
    halves(begin, end, &mut pieces);
    if end == half_of(hi) {
        pieces.push(Piece::Days { lo: first_of_half(hi), hi });
    }
    pieces
}

// As few rows as possible: quarters in the middle, half months on both sides of them.
fn halves(begin: i64, end: i64, pieces: &mut Vec<Piece>) {
    let first_quarter = if begin == i64::MIN { i64::MIN } else { quarter_of_half(begin + HALVES - 1) };
    let end_quarter = quarter_of_half(end);
    if first_quarter >= end_quarter {
        pieces.push(Piece::Spans { level: HALF_MONTH, first: begin, last: end - 1 });
        return;
    }
    if begin != i64::MIN && begin < first_quarter * HALVES {
        pieces.push(Piece::Spans { level: HALF_MONTH, first: begin, last: first_quarter * HALVES - 1 });
    }
    pieces.push(Piece::Spans { level: QUARTER, first: first_quarter, last: end_quarter - 1 });
    if end_quarter * HALVES < end {
        pieces.push(Piece::Spans { level: HALF_MONTH, first: end_quarter * HALVES, last: end - 1 });
    }
}

fn first_of_half(day: Day) -> Day {
    let (_, _, of_month) = day.ymd();
    day.plus(if of_month >= 15 { 15 } else { 1 } - i32::from(of_month))
}

fn last_of_half(day: Day) -> Day {
    let half = half_of(day);
    let mut last = day;
    while half_of(last.plus(1)) == half {
        last = last.plus(1);
    }
    last
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn covers(piece: &Piece, day: Day) -> bool {
        match *piece {
            Piece::Spans { level: HALF_MONTH, first, last } => (first..=last).contains(&half_of(day)),
            Piece::Spans { first, last, .. } => (first..=last).contains(&quarter_of_half(half_of(day))),
            Piece::Days { lo, hi } => lo <= day && day <= hi,
        }
    }

    #[test]
    fn the_year_of_a_decree_is_four_quarters() {
        let year = pieces(Some(day("2017-12-15")), day("2018-12-14"));
        let first = quarter_of_half(half_of(day("2017-12-15")));
        assert_eq!(year, [Piece::Spans { level: QUARTER, first, last: first + 3 }]);
    }

    #[test]
    fn a_year_that_closed_early_is_three_quarters_and_four_halves() {
        let year = pieces(Some(day("2017-12-15")), day("2018-11-14"));
        assert_eq!(year.len(), 2);
        let Piece::Spans { level: HALF_MONTH, first, last } = year[1] else { panic!("{year:?}") };
        assert_eq!(last - first, 3);
    }

    proptest! {
        #[test]
        fn every_day_of_a_period_lies_in_one_piece_and_no_other_day_in_any(lo in -4000i32..22000, days in 0i32..1500) {
            let (lo, hi) = (Day::from_number(lo), Day::from_number(lo + days));
            for (from, start) in [(Some(lo), lo), (None, lo.plus(-400))] {
                let pieces = pieces(from, hi);
                for number in start.plus(-40).number()..=hi.plus(40).number() {
                    let day = Day::from_number(number);
                    let expected = usize::from(from.is_none_or(|lo| lo <= day) && day <= hi);
                    let found = pieces.iter().filter(|piece| covers(piece, day)).count();
                    prop_assert_eq!(found, expected, "{} in {:?}", day, pieces);
                }
            }
        }
    }
}
