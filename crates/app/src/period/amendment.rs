//! What changed in submitted periods since. It is asked for at every visit of the first page, for every period that
//! was ever submitted, so it is reckoned once after unlocking, and from then on only for what was changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sohoi_domain::submission::{Amended, Reaching, amended};
use sohoi_domain::{Catalogue, DeviceId, Period, RecordId};
use sohoi_store::{Past, Register, Seen};

use super::Submitted;
use crate::AppError;

/// After so many changes at once all is reckoned anew.
const MANY: usize = 500;
/// Up to so many changes since a submission each changed record is read; beyond, those that are only new are found by
/// what the lists and figures go by.
const FEW: u64 = 2_000;

/// Digest of a submission, with the days that its period has by now.
type Key = ([u8; 32], i32, i32);

struct Watched {
    seen: Seen,
    period: Period,
    records: BTreeMap<RecordId, Amended>,
}

/// What was reckoned, and up to which change of each device.
#[derive(Default)]
pub(crate) struct Amendments {
    by: BTreeMap<Key, Watched>,
    heads: Seen,
    under: Option<(DeviceId, Arc<Catalogue>)>,
}

fn key(of: &Submitted, period: &Period) -> Key {
    (of.digest, period.first.number(), period.last.number())
}

impl Amendments {
    /// Of a period that was prepared: its records that changed since the submission.
    pub fn of(&self, submitted: &Submitted, period: &Period) -> &BTreeMap<RecordId, Amended> {
        const NONE: &BTreeMap<RecordId, Amended> = &BTreeMap::new();
        self.by.get(&key(submitted, period)).map_or(NONE, |watched| &watched.records)
    }

    /// Brings what is known up to the register, and adds what is asked for.
    ///
    /// # Errors
    /// What the register says.
    pub fn prepare(&mut self, register: &Register, asked: &[(&Submitted, &Period)]) -> Result<(), AppError> {
        let heads = register.heads()?;
        self.let_go(register, &heads);
        if heads != self.heads {
            self.follow(register)?;
            self.heads = heads;
        }
        let mut new = BTreeMap::new();
        for (submitted, period) in asked {
            let key = key(submitted, period);
            if !self.by.contains_key(&key) {
                let seen = submitted.submission.seen.clone();
                new.insert(key, Watched { seen, period: (*period).clone(), records: BTreeMap::new() });
            }
        }
        if !new.is_empty() {
            fill(register, &self.heads, FEW, &mut new)?;
            self.by.extend(new);
        }
        Ok(())
    }

    // Of another register, another catalogue, or a log that has gone back nothing holds.
    fn let_go(&mut self, register: &Register, heads: &Seen) {
        let (device, catalogue) = (register.identity().device, register.catalogue());
        let is_same =
            self.under.as_ref().is_some_and(|(of, under)| *of == device && Arc::ptr_eq(under, catalogue));
        let went_back = self.heads.iter().any(|(device, seq)| heads.get(device).is_none_or(|now| now < seq));
        if !is_same || went_back {
            *self = Amendments { under: Some((device, catalogue.clone())), ..Amendments::default() };
        }
    }

    fn follow(&mut self, register: &Register) -> Result<(), AppError> {
        if self.by.is_empty() {
            return Ok(());
        }
        let changed = register.changed_since(&self.heads, false)?;
        if changed.len() > MANY {
            self.by.clear();
            return Ok(());
        }
        for id in changed {
            let mut one = Judged::of(register, id)?;
            for watched in self.by.values_mut() {
                match one.since(&watched.seen, &watched.period) {
                    Some(what) => watched.records.insert(id, what),
                    None => watched.records.remove(&id),
                };
            }
        }
        Ok(())
    }
}

fn fill(
    register: &Register,
    heads: &Seen,
    few: u64,
    new: &mut BTreeMap<Key, Watched>,
) -> Result<(), AppError> {
    let since = |seen: &Seen| -> u64 {
        heads.iter().map(|(device, seq)| seq.saturating_sub(seen.get(device).copied().unwrap_or(0))).sum()
    };
    let (mut far, mut near): (Vec<&mut Watched>, Vec<&mut Watched>) =
        new.values_mut().partition(|watched| since(&watched.seen) > few);
    if let Some(oldest) = oldest(near.iter().map(|watched| &watched.seen)) {
        for id in register.changed_since(&oldest, false)? {
            judge(register, id, &mut near, |_| true)?;
        }
    }
    let Some(oldest) = oldest(far.iter().map(|watched| &watched.seen)) else { return Ok(()) };
    for watched in &mut far {
        let made = register.made_since(&watched.seen, &watched.period)?;
        watched.records.extend(made.into_iter().map(|id| (id, Amended::Added)));
    }
    let tied: BTreeSet<RecordId> = register.tied()?.into_iter().collect();
    let mut read = register.changed_since(&oldest, true)?;
    read.extend(&tied);
    for id in read {
        // What is new and stands for itself was found already.
        judge(register, id, &mut far, |was_there| was_there || tied.contains(&id))?;
    }
    Ok(())
}

// What every one of some places knew at least.
fn oldest<'a>(mut all: impl Iterator<Item = &'a Seen>) -> Option<Seen> {
    let mut oldest = all.next()?.clone();
    for seen in all {
        oldest.retain(|device, _| seen.contains_key(device));
        for (device, seq) in &mut oldest {
            *seq = seen.get(device).map_or(*seq, |other| (*seq).min(*other));
        }
    }
    Some(oldest)
}

fn judge(
    register: &Register,
    id: RecordId,
    of: &mut [&mut Watched],
    counts: impl Fn(bool) -> bool,
) -> Result<(), AppError> {
    let mut one = Judged::of(register, id)?;
    for watched in of {
        if !counts(one.was_there(&watched.seen)) {
            continue;
        }
        if let Some(what) = one.since(&watched.seen, &watched.period) {
            watched.records.insert(id, what);
        }
    }
    Ok(())
}

/// A record with what it was and is, each state reckoned once.
struct Judged<'a> {
    register: &'a Register,
    past: Past,
    states: BTreeMap<Vec<bool>, (bool, Option<Reaching>)>,
}

impl<'a> Judged<'a> {
    fn of(register: &'a Register, id: RecordId) -> Result<Judged<'a>, AppError> {
        Ok(Judged { register, past: register.past(id)?, states: BTreeMap::new() })
    }

    fn load(&mut self, known: &[bool]) {
        if !self.states.contains_key(known) {
            let state = self.register.state_of(&self.past, known);
            let is_there = state.is_some();
            let reaching = state.and_then(|state| Reaching::of(self.register.catalogue(), state));
            self.states.insert(known.to_vec(), (is_there, reaching));
        }
    }

    fn was_there(&mut self, seen: &Seen) -> bool {
        let known = self.past.known(seen);
        self.load(&known);
        self.states.get(&known).is_some_and(|(is_there, _)| *is_there)
    }

    fn since(&mut self, seen: &Seen, period: &Period) -> Option<Amended> {
        let known = self.past.known(seen);
        if known.iter().all(|knows| *knows) {
            return None;
        }
        let all = vec![true; known.len()];
        self.load(&known);
        self.load(&all);
        let ((was_there, before), (_, after)) = (self.states.get(&known)?, self.states.get(&all)?);
        match amended(self.register.catalogue(), period, before.as_ref(), after.as_ref()) {
            // Nobody can say any more whether it was of this period; better told once too often.
            None if self.past.is_destroyed() && *was_there => Some(Amended::Erased),
            what => what,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value as Json, json};
    use sohoi_domain::RecordId;

    use super::*;
    use crate::App;
    use crate::period::Known;
    use crate::record::UnitChoice;
    use crate::register::NewRegisterReq;

    const CALENDAR: &str = "nd09";
    const SUBMITTED: [&str; 3] = ["2018-11", "2018-Q4", "2018"];

    fn object(json: Json) -> Map<String, Json> {
        json.as_object().expect("an object").clone()
    }

    fn activity(app: &App, day: &str) -> RecordId {
        let fields = json!({"title": "Họp chi hội", "topic": "chinh_tri_tu_tuong", "form": "hop_chi_hoi",
            "held_on": day, "n_total": 42, "n_women": 40});
        app.record_add("propaganda_activity", &object(fields), &UnitChoice::Own, None).expect("a record").id
    }

    fn member(app: &App, name: &str, joined: &str) -> RecordId {
        let fields = json!({"full_name": name, "birth_year": 1983, "sex": "female", "joined_on": joined,
            "status": "active", "consent_form": "van_ban", "consent_on": joined});
        app.record_add("member", &object(fields), &UnitChoice::Own, None).expect("a member").id
    }

    fn edit(app: &App, id: RecordId, patch: Json) {
        app.record_edit(id, &object(patch)).expect("edited");
    }

    type Found = Vec<(Key, BTreeMap<RecordId, Amended>)>;

    fn reckoned(app: &App, few: u64) -> Found {
        app.with_register(|register| {
            let known = Known::of(register)?;
            let mut new = BTreeMap::new();
            for label in SUBMITTED {
                let period = app.period(CALENDAR, label)?;
                for one in known.of_period(CALENDAR, label) {
                    let seen = one.submission.seen.clone();
                    let period = period.clone();
                    let watched = Watched { seen, period: period.clone(), records: BTreeMap::new() };
                    new.insert(key(one, &period), watched);
                }
            }
            fill(register, &register.heads()?, few, &mut new)?;
            Ok(new.into_iter().map(|(key, watched)| (key, watched.records)).collect())
        })
        .expect("it is reckoned")
    }

    // As the pages ask: what was known is brought up to the register.
    fn followed(app: &App) -> Found {
        app.period_states(CALENDAR, 2018).expect("the states");
        let kept = app.amendments();
        kept.by.iter().map(|(key, watched)| (*key, watched.records.clone())).collect()
    }

    #[test]
    fn read_one_by_one_found_by_days_and_figures_and_followed_step_by_step_are_the_same() {
        let home = tempfile::tempdir().expect("a folder");
        let app = App::new(home.path());
        let req = NewRegisterReq {
            unit_code: "20044".into(),
            on: Some("2018-06-01".parse().expect("a day")),
            officer: "Kăn Hoa".into(),
            pin: "274189".into(),
        };
        app.register_create(&req).expect("a register");
        let [stays, edited, moved, gone, merged] =
            ["02", "03", "04", "05", "06"].map(|day| activity(&app, &format!("2018-11-{day}")));
        let outside = activity(&app, "2018-09-20");
        let old = member(&app, "Hồ Thị Đan", "2018-07-01");
        for label in SUBMITTED {
            app.period_submit(CALENDAR, label, "").expect("submitted");
        }
        let steps: [&dyn Fn(); 9] = [
            &|| edit(&app, edited, json!({"n_women": 41})),
            &|| edit(&app, moved, json!({"held_on": "2018-09-25"})),
            &|| edit(&app, outside, json!({"held_on": "2018-11-08"})),
            &|| drop(app.record_erase(gone, "nhập hai lần").expect("erased")),
            &|| drop(app.record_merge(merged, stays).expect("merged")),
            &|| {
                activity(&app, "2018-11-09");
            },
            &|| drop(app.record_erase(activity(&app, "2018-11-10"), "nhầm").expect("erased")),
            &|| {
                member(&app, "Kăn Ân", "2018-07-02");
            },
            &|| drop(app.record_erase(old, "nhầm").expect("erased for good")),
        ];
        for step in steps {
            step();
            let one_by_one = reckoned(&app, u64::MAX);
            assert_eq!(reckoned(&app, 0), one_by_one);
            assert_eq!(followed(&app), one_by_one);
        }
        let month = reckoned(&app, 0).into_iter().map(|(_, records)| records.len()).min();
        assert!(month.is_some_and(|n| n >= 6), "{month:?} records changed the month");
    }
}
