//! A day of the civil calendar, without a time zone.

use std::fmt;
use std::str::FromStr;

use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Days since 1970-01-01. Between 1900-01-01 and 2199-12-31 when parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day between 1900-01-01 and 2199-12-31 in the form YYYY-MM-DD")]
pub struct BadDay;

impl Day {
    /// After every day that can be typed: the end of what has not ended.
    pub const MAX: Day = Day(i32::MAX);

    pub const fn from_number(days: i32) -> Day {
        Day(days)
    }

    pub const fn number(self) -> i32 {
        self.0
    }

    /// # Errors
    /// [`BadDay`] when there is no such day, as with 30 February.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Result<Day, BadDay> {
        let date = Date::new(year, month, day).map_err(|_| BadDay)?;
        if !(1900..=2199).contains(&year) {
            return Err(BadDay);
        }
        Ok(Day::from_date(date))
    }

    /// Year, month, day.
    pub fn ymd(self) -> (i16, i8, i8) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    pub fn year(self) -> i16 {
        self.date().year()
    }

    pub fn plus(self, days: i32) -> Day {
        if self == Day::MAX { self } else { Day(self.0 + days) }
    }

    /// The day of these milliseconds since 1970, at an offset east of UTC in minutes.
    pub fn from_unix_ms(ms: i64, offset_min: i32) -> Day {
        let days = (ms + i64::from(offset_min) * 60_000).div_euclid(86_400_000);
        Day(i32::try_from(days).unwrap_or(0))
    }

    fn from_date(date: Date) -> Day {
        let span = epoch().until(date).expect("both dates are in range");
        Day(span.get_days())
    }

    fn date(self) -> Date {
        // A number from outside may lie beyond every calendar; the nearest end stands for it.
        let end = if self.0 < 0 { Date::MIN } else { Date::MAX };
        let span = Span::new().try_days(self.0);
        span.and_then(|span| epoch().checked_add(span)).unwrap_or(end)
    }
}

fn epoch() -> Date {
    Date::constant(1970, 1, 1)
}

impl FromStr for Day {
    type Err = BadDay;

    fn from_str(text: &str) -> Result<Day, BadDay> {
        let bytes = text.as_bytes();
        let digits = |from: usize, to: usize| -> Result<i16, BadDay> {
            let part = bytes.get(from..to).ok_or(BadDay)?;
            if !part.iter().all(u8::is_ascii_digit) {
                return Err(BadDay);
            }
            text[from..to].parse().map_err(|_| BadDay)
        };
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(BadDay);
        }
        let month = i8::try_from(digits(5, 7)?).map_err(|_| BadDay)?;
        let day = i8::try_from(digits(8, 10)?).map_err(|_| BadDay)?;
        Day::from_ymd(digits(0, 4)?, month, day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.ymd();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Day, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thirtieth_of_february_is_no_day() {
        assert_eq!("2018-02-30".parse::<Day>(), Err(BadDay));
    }

    #[test]
    fn a_day_is_written_as_it_was_read() {
        for text in ["1970-01-01", "2018-11-14", "2024-02-29", "1900-01-01", "2199-12-31"] {
            assert_eq!(text.parse::<Day>().map(|d| d.to_string()), Ok(text.to_string()));
        }
    }

    #[test]
    fn only_ten_ascii_characters_are_a_day() {
        for text in [
            "2018-1-01",
            "+018-01-01",
            "2018-01-01 ",
            "2018/01/01",
            "２018-01-01",
            "2018-01-0é",
            "",
            "9999-01-01",
        ] {
            assert_eq!(text.parse::<Day>(), Err(BadDay), "{text}");
        }
    }

    #[test]
    fn a_number_beyond_every_calendar_is_shown_without_a_panic() {
        assert_eq!(Day::MAX.to_string(), "9999-12-31");
        assert!(Day::from_number(i32::MIN).to_string().starts_with('-'));
    }

    #[test]
    fn midnight_in_hue_is_the_next_day_while_it_is_evening_in_utc() {
        assert_eq!(Day::from_unix_ms(17 * 3_600_000, 7 * 60).to_string(), "1970-01-02");
        assert_eq!(Day::from_unix_ms(-1, 0).to_string(), "1969-12-31");
    }
}
