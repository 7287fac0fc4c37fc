//! The sample: a register of a commune that does not exist, in a folder of its own, to look at and to try things on.
//!
//! It is told apart by the unit of the register itself, not by who opened it: the commune is in no catalogue but
//! this one, a program's own register is never opened with it, and what leaves the PC asks first.

mod folder;
mod records;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sohoi_domain::catalogue::Target;
use sohoi_domain::unit::{Unit, UnitLevel, Units};
use sohoi_domain::{Catalogue, Day, UnitKey};
use sohoi_store::{Cost, Costs, Operation, Register, Unlock};

use crate::register::NewRegisterReq;
use crate::setting::Settings;
use crate::{App, AppError};
pub use folder::sample_home;
use records::Records;

/// No commune has this code, and no province.
const UNIT: &str = "00000";
const PROVINCE: &str = "00";
/// Older than everything that is written in it.
const SINCE: &str = "2000-01-01";
/// Everybody may open it.
const PIN: &str = "xem-thu";
/// It guards nothing, and is opened by a press.
const COST: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
/// Its days count from the one on which it was made; after so many it is made anew.
const DAYS_GOOD: i32 = 30;
const KEY: &str = "sample";

/// Of two that open it at once the second would empty the folder under the first.
static MAKING: Mutex<()> = Mutex::new(());

/// What the sample remembers of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Made {
    /// Digest of the records that it was made of.
    of: String,
    on: Day,
    /// Step of the tour that comes next.
    step: u32,
}

impl App {
    /// The sample beside the register in `home`; nothing is there until it is opened.
    pub fn sample(home: &Path) -> App {
        let app = App::new(&sample_home(home));
        let catalogue = Arc::new(catalogue(&Records::shipped(), app.today()));
        app.work_with(catalogue.clone());
        App { built_in: catalogue, is_sample: true, ..app }
    }

    pub fn is_sample(&self) -> bool {
        self.is_sample
    }

    /// Refuses what would leave the PC, or tie the sample to somebody.
    ///
    /// # Errors
    /// `sample.refused`.
    pub(crate) fn must_be_real(&self) -> Result<(), AppError> {
        let is_sample = self.slot().as_ref().is_some_and(|register| is_sample_unit(register.unit()));
        if self.is_sample || is_sample { Err(AppError::Sample) } else { Ok(()) }
    }

    /// Opens the sample with the officer's own language, theme and text size; makes it when there is none, or one
    /// that was left half made, is of another version or has grown old.
    ///
    /// # Errors
    /// `usage.bad_request` for a register that is not the sample, `sample.folder_taken`, or what the disk says.
    pub fn sample_open(&self, settings: &Settings) -> Result<(), AppError> {
        if !self.is_sample {
            return Err(AppError::BadRequest("sample"));
        }
        let _one_at_a_time = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.opens_as_it_is()? {
            self.sample_make()?;
        }
        self.settings_save(settings)
    }

    /// Makes the sample anew: what was written into it is gone. The tour begins again.
    ///
    /// # Errors
    /// As [`App::sample_open`].
    pub fn sample_reset(&self) -> Result<(), AppError> {
        if !self.is_sample {
            return Err(AppError::BadRequest("sample"));
        }
        let _one_at_a_time = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = self.settings();
        self.sample_make()?;
        self.settings_save(&settings)
    }

    /// The step of the tour that comes next.
    pub fn sample_step(&self) -> u32 {
        self.made().map_or(0, |made| made.step)
    }

    /// # Errors
    /// `app.not_open`, or `usage.bad_request` for a register that is not the sample.
    pub fn sample_step_set(&self, step: u32) -> Result<(), AppError> {
        let made = self.made().filter(|_| self.is_sample).ok_or(AppError::BadRequest("sample"))?;
        self.note(&Made { step, ..made })
    }

    fn opens_as_it_is(&self) -> Result<bool, AppError> {
        match self.open(Unlock::Pin(PIN)) {
            Ok(()) => {}
            // Another window shows it.
            Err(error) if error.code() == "store.busy" => return Err(error),
            // There is none, or one that cannot be opened, which holds nothing of anybody's.
            Err(_) => return Ok(false),
        }
        let wanted = Records::shipped().digest();
        let today = self.today();
        let is_fresh =
            |made: &Made| made.of == wanted && made.on <= today && today <= made.on.plus(DAYS_GOOD);
        Ok(self.made().as_ref().is_some_and(is_fresh))
    }

    fn made(&self) -> Option<Made> {
        let stored = self.with_register(|register| Ok(register.setting(KEY)?)).ok().flatten()?;
        serde_json::from_str(&stored).ok()
    }

    fn note(&self, made: &Made) -> Result<(), AppError> {
        let json = serde_json::to_string(made).map_err(|_| AppError::BadRequest("sample"))?;
        let now_ms = self.now_ms();
        self.with_register(|register| {
            register.transact(Operation::SettingSave, now_ms, |writer| writer.set_setting(KEY, &json))?;
            Ok(())
        })
    }

    // Its note of how it was made comes last: one that was cut off on the way has none, and is made anew.
    fn sample_make(&self) -> Result<(), AppError> {
        self.lock();
        folder::clear(self.home_folder())?;
        let records = Records::shipped();
        let req = NewRegisterReq {
            unit_code: UNIT.into(),
            on: None,
            officer: records.head.officer.clone(),
            pin: PIN.into(),
        };
        self.register_create_at(&req, Costs { pin: COST, recovery: COST })?;
        records.save(self)?;
        self.undo.clear();
        self.note(&Made { of: records.digest(), on: self.today(), step: 0 })
    }
}

/// True for the unit of the sample, in whatever folder it lies.
pub(crate) fn is_sample_unit(unit: &UnitKey) -> bool {
    unit.code == UNIT
}

/// Refuses a register that is the sample where a real one is expected, and the other way round.
pub(crate) fn must_fit(register: &Register, is_sample: bool) -> Result<(), AppError> {
    if is_sample_unit(register.unit()) == is_sample { Ok(()) } else { Err(AppError::Sample) }
}

/// The program's own, but for who there is, and what is aimed at this year and the years beside it.
fn catalogue(records: &Records, today: Day) -> Catalogue {
    let since: Day = SINCE.parse().expect("a day of the calendar");
    let unit = |code: &str, name: &str, parent: &str, level| Unit {
        code: code.into(),
        valid_from: since,
        valid_to: None,
        name: name.into(),
        parent: parent.into(),
        parent_code: PROVINCE.into(),
        level,
    };
    let head = &records.head;
    let units = vec![
        unit(PROVINCE, &head.parent, "", UnitLevel::Province),
        unit(UNIT, &head.unit, &head.parent, UnitLevel::Commune),
    ];
    let years = -1..=1;
    let targets = years.flat_map(|n| {
        let year = (i32::from(today.year()) + n).to_string();
        head.targets.iter().map(move |(indicator, total)| Target {
            indicator: indicator.clone(),
            period: year.clone(),
            calendar: "union".into(),
            source: "sector".into(),
            per_unit: None,
            total: Some(*total),
            unit: Some(UNIT.into()),
        })
    });
    let targets = targets.collect();
    Catalogue { units: Units::new(units, &[]), targets, province: PROVINCE.into(), ..Catalogue::embedded() }
}
