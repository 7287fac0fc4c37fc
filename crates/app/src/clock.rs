//! What time it is, as far as a PC with an old battery can know.
//!
//! The PC's clock is believed unless it is provably wrong: earlier than the hub's time in the last sync, or than
//! this program. The hub's time, or the officer's word for the day, then stands in for it until the program
//! ends. Nothing is refused because of time, the order of changes does not hang on it, and a date that was
//! typed is never touched.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sohoi_domain::Day;

/// Việt Nam keeps one time the whole year.
const OFFSET_MIN: i32 = 7 * 60;
const DAY_MS: i64 = 86_400_000;
/// 1 January 2026: this program is younger, so today is not before it.
const NOT_BEFORE_MS: i64 = 1_767_200_400_000;
/// No PC is believed that says it has not been updated for ten years.
const NOT_AFTER_MS: i64 = NOT_BEFORE_MS + 3_653 * DAY_MS;
/// What the PC may be off the hub without a word: a batch may have taken minutes.
const TOLERABLE_MS: i64 = 5 * 60_000;

/// The day of a moment, in Việt Nam.
pub fn day_of(at_ms: i64) -> Day {
    Day::from_unix_ms(at_ms, OFFSET_MIN)
}

/// Why the PC's clock is not followed, or should not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    None,
    /// It shows a day that has passed for certain. Its battery may be empty.
    Behind,
    /// It shows a day too far ahead to be believed.
    Ahead,
    /// The hub's time is used in its place.
    CorrectedByHub,
    /// The officer said what day it is.
    CorrectedByOfficer,
}

pub struct Clock {
    started: Instant,
    boot: u64,
    /// What the PC's clock says, in milliseconds since 1970.
    wall: Box<dyn Fn() -> i64 + Send + Sync>,
    known: Mutex<Known>,
}

#[derive(Clone, Copy)]
struct Known {
    /// A moment that has passed for certain.
    passed_ms: i64,
    /// Time and monotonic time at one moment, and who said so.
    correction: Option<(i64, u64, Doubt)>,
    /// The first change that was, or would be, stamped by this clock as it goes now.
    since_seq: Option<u64>,
}

/// What the hub's time says of stamps that were given before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Off {
    pub since_seq: u64,
    pub offset_ms: i64,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock::with(wall_ms)
    }

    pub(crate) fn with(wall: impl Fn() -> i64 + Send + Sync + 'static) -> Clock {
        let known = Known { passed_ms: NOT_BEFORE_MS, correction: None, since_seq: None };
        let boot = u64::try_from(wall()).unwrap_or(0);
        Clock { started: Instant::now(), boot, wall: Box::new(wall), known: Mutex::new(known) }
    }

    /// Milliseconds since 1970, for show and for stamps, never decisive.
    pub fn now_ms(&self) -> i64 {
        let known = *self.known();
        let since = |at: u64| i64::try_from(self.monotonic_ms().saturating_sub(at)).unwrap_or(i64::MAX);
        match (known.correction, self.doubt()) {
            (Some((time_ms, at, _)), _) => time_ms.saturating_add(since(at)),
            // Nearer to the truth than a day that cannot be: at least so much has passed.
            (None, Doubt::Behind | Doubt::Ahead) => known.passed_ms.saturating_add(since(0)),
            (None, _) => (self.wall)(),
        }
    }

    /// As the PC says, for the hub to judge.
    pub fn wall_ms(&self) -> i64 {
        (self.wall)()
    }

    pub fn today(&self) -> Day {
        Day::from_unix_ms(self.now_ms(), OFFSET_MIN)
    }

    /// The day that the PC shows, right or wrong.
    pub fn shown_day(&self) -> Day {
        Day::from_unix_ms((self.wall)(), OFFSET_MIN)
    }

    pub fn doubt(&self) -> Doubt {
        let known = *self.known();
        let wall = (self.wall)();
        match known.correction {
            Some((_, _, by)) => by,
            None if wall < known.passed_ms - DAY_MS => Doubt::Behind,
            None if wall > NOT_AFTER_MS => Doubt::Ahead,
            None => Doubt::None,
        }
    }

    /// A moment that has passed for certain: the hub's time in an earlier sync.
    pub(crate) fn has_passed(&self, moment_ms: i64) {
        let mut known = self.known();
        known.passed_ms = known.passed_ms.max(moment_ms.min(NOT_AFTER_MS));
    }

    /// From here on this clock stamps, if it did not already.
    pub(crate) fn stamps_from(&self, next_seq: u64) {
        self.known().since_seq.get_or_insert(next_seq);
    }

    /// This PC's changes from here on have numbers so much lower: it goes on as another device.
    pub(crate) fn renumbered(&self, by: u64) {
        let mut known = self.known();
        known.since_seq = known.since_seq.map(|seq| seq.saturating_sub(by).max(1));
    }

    /// The hub's time now. It stands in for the PC's when the two are too far apart. Answers what earlier stamps
    /// of this start were off by; none when that is little, or when the PC's clock was set meanwhile, so that
    /// nobody knows which of them it was.
    pub(crate) fn hub_says(&self, hub_ms: i64, next_seq: u64) -> Option<Off> {
        let (wall, monotonic_ms, shown) = ((self.wall)(), self.monotonic_ms(), self.now_ms());
        let is_far = |a: i64, b: i64| a.abs_diff(b) > TOLERABLE_MS.unsigned_abs();
        let at_start = i64::try_from(self.boot).unwrap_or(i64::MAX);
        let passed = i64::try_from(monotonic_ms).unwrap_or(i64::MAX);
        let was_set = is_far(wall, at_start.saturating_add(passed));
        self.has_passed(hub_ms);
        let mut known = self.known();
        known.correction = is_far(hub_ms, wall).then_some((hub_ms, monotonic_ms, Doubt::CorrectedByHub));
        let since_seq = known.since_seq.replace(next_seq).unwrap_or(next_seq);
        let is_told = is_far(hub_ms, shown) && !was_set && since_seq < next_seq;
        is_told.then(|| Off { since_seq, offset_ms: hub_ms.saturating_sub(shown) })
    }

    /// The hub's time of a while ago, which a file has brought: it is later than that by now. So it tells of a clock that
    /// is behind, by so much at least, and nothing of one that is ahead.
    pub(crate) fn hub_said(&self, hub_ms: i64, next_seq: u64) -> Option<Off> {
        if self.now_ms().saturating_add(TOLERABLE_MS) < hub_ms {
            return self.hub_says(hub_ms, next_seq);
        }
        self.has_passed(hub_ms);
        None
    }

    /// The officer's word for the day; the time of day stays the PC's. What was stamped before, `next_seq` not, is
    /// nothing that the hub's time could tell of any more.
    pub(crate) fn officer_says(&self, today: Day, next_seq: Option<u64>) {
        let days = i64::from(today.number()) - i64::from(self.shown_day().number());
        let now_ms = (self.wall)().saturating_add(days.saturating_mul(DAY_MS));
        let monotonic_ms = self.monotonic_ms();
        let mut known = self.known();
        known.correction = Some((now_ms, monotonic_ms, Doubt::CorrectedByOfficer));
        known.since_seq = next_seq;
    }

    pub fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Tells one start of the program from another.
    pub fn boot(&self) -> u64 {
        self.boot
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wall_ms() -> i64 {
    // A clock before 1970 counts as 1970: order does not hang on it.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN_2009: i64 = 1_230_800_000_000;
    const IN_2026: i64 = 1_793_500_000_000;
    const IN_2099: i64 = 4_070_908_800_000;
    const HOUR_MS: i64 = 3_600_000;

    fn is_near(a: i64, b: i64) -> bool {
        a.abs_diff(b) < 60_000
    }

    #[test]
    fn a_clock_that_may_be_right_is_followed() {
        let clock = Clock::with(|| IN_2026);
        assert_eq!((clock.doubt(), clock.now_ms()), (Doubt::None, IN_2026));
        clock.hub_says(IN_2026 + 60_000, 1);
        assert_eq!((clock.doubt(), clock.now_ms()), (Doubt::None, IN_2026), "a minute is nothing");
    }

    #[test]
    fn an_empty_battery_is_noticed_and_the_officer_knows_the_day() {
        let clock = Clock::with(|| IN_2009);
        assert_eq!(clock.doubt(), Doubt::Behind);
        assert_eq!(clock.today().to_string(), "2026-01-01", "the earliest day that it can be");
        let today: Day = "2026-11-24".parse().expect("a day");
        clock.officer_says(today, None);
        assert_eq!((clock.doubt(), clock.today()), (Doubt::CorrectedByOfficer, today));
        assert_eq!(clock.shown_day().to_string(), "2009-01-01");
    }

    #[test]
    fn a_day_before_the_last_sync_has_passed() {
        let clock = Clock::with(|| IN_2026);
        clock.has_passed(IN_2026 + 30 * DAY_MS);
        assert_eq!(clock.doubt(), Doubt::Behind);
        assert!(is_near(clock.now_ms(), IN_2026 + 30 * DAY_MS));
        // Days before that are within what a zone and a slow clock explain.
        let clock = Clock::with(|| IN_2026);
        clock.has_passed(IN_2026 + DAY_MS / 2);
        assert_eq!(clock.doubt(), Doubt::None);
    }

    #[test]
    fn an_hour_ahead_is_corrected_by_the_hub_until_the_clock_is_right_again() {
        let clock = Clock::with(|| IN_2026 + HOUR_MS);
        assert_eq!(clock.doubt(), Doubt::None, "nobody can know before a sync");
        clock.hub_says(IN_2026, 1);
        assert_eq!(clock.doubt(), Doubt::CorrectedByHub);
        assert!(is_near(clock.now_ms(), IN_2026));
        clock.hub_says(IN_2026 + HOUR_MS, 1);
        assert_eq!(clock.doubt(), Doubt::None);
    }

    #[test]
    fn a_year_that_nobody_believes_is_asked_about() {
        let clock = Clock::with(|| IN_2099);
        assert_eq!(clock.doubt(), Doubt::Ahead);
        assert!(is_near(clock.now_ms(), NOT_BEFORE_MS));
        clock.hub_says(IN_2026, 1);
        assert!(is_near(clock.now_ms(), IN_2026));
        // A hub with a clock of 2099 does not make every PC wrong for ever.
        let clock = Clock::with(|| IN_2026);
        clock.has_passed(IN_2099);
        clock.officer_says("2026-11-24".parse().expect("a day"), None);
        assert_eq!(clock.today().to_string(), "2026-11-24");
    }

    #[test]
    fn what_the_hub_said_a_while_ago_tells_of_a_clock_behind_it_and_of_no_other() {
        let clock = Clock::with(|| IN_2026 - HOUR_MS);
        clock.stamps_from(3);
        let off = clock.hub_said(IN_2026, 5).expect("an hour is too much");
        assert_eq!((off.since_seq, is_near(off.offset_ms, HOUR_MS)), (3, true));
        assert_eq!((clock.doubt(), is_near(clock.now_ms(), IN_2026)), (Doubt::CorrectedByHub, true));
        // An older answer does not turn it back.
        assert_eq!(clock.hub_said(IN_2026 - HOUR_MS / 2, 6), None);
        assert!(is_near(clock.now_ms(), IN_2026));
        let clock = Clock::with(|| IN_2026 + 9 * DAY_MS);
        clock.stamps_from(3);
        assert_eq!(clock.hub_said(IN_2026, 5), None, "it may have lain on the stick for days");
        assert_eq!((clock.doubt(), clock.now_ms()), (Doubt::None, IN_2026 + 9 * DAY_MS));
    }

    #[test]
    fn the_hub_tells_once_what_the_stamps_of_this_start_were_off() {
        let clock = Clock::with(|| IN_2026 + HOUR_MS);
        clock.stamps_from(11);
        clock.stamps_from(14);
        let off = clock.hub_says(IN_2026, 15).expect("an hour is too much");
        assert_eq!(off.since_seq, 11, "also from before it was locked and unlocked");
        assert!(is_near(off.offset_ms, -HOUR_MS));
        // From then on it stamps right.
        assert_eq!(clock.hub_says(IN_2026 + 1_000, 20), None);
        let clock = Clock::with(|| IN_2026 + HOUR_MS);
        clock.stamps_from(11);
        assert_eq!(clock.hub_says(IN_2026, 11), None, "nothing was written");
    }

    #[test]
    fn a_run_of_stamps_is_told_of_by_the_numbers_that_it_has_by_then() {
        let clock = Clock::with(|| IN_2026 + HOUR_MS);
        clock.stamps_from(11);
        clock.renumbered(12);
        assert_eq!(clock.hub_says(IN_2026, 4).map(|off| off.since_seq), Some(1));
    }

    #[test]
    fn nothing_is_put_right_when_the_clock_was_set_meanwhile_or_the_officer_was_asked_between() {
        let mut clock = Clock::with(|| IN_2026 + HOUR_MS);
        clock.boot = IN_2026 as u64;
        clock.stamps_from(3);
        assert_eq!(clock.hub_says(IN_2026, 9), None);
        let clock = Clock::with(|| IN_2009);
        clock.stamps_from(3);
        clock.officer_says("2026-11-20".parse().expect("a day"), Some(6));
        let off = clock.hub_says(IN_2026, 9).expect("not the day that it is");
        assert_eq!(off.since_seq, 6);
    }
}
