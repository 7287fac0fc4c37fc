use sohoi_domain::unit::{Unit, UnitLevel};
use sohoi_domain::{Day, DeviceId};
use sohoi_store::{Costs, NewRegister, Register};

use crate::{App, AppError};

/// What an officer says at the first start.
#[derive(Clone, Debug)]
pub struct NewRegisterReq {
    pub unit_code: String,
    /// Day that picks the unit's version; today when absent.
    pub on: Option<Day>,
    pub officer: String,
    pub pin: String,
}

#[derive(Clone, Debug)]
pub struct Created {
    pub device: DeviceId,
    pub unit: Unit,
    /// To print: opens the register when the PIN is forgotten.
    pub recovery_code: String,
}

impl App {
    /// Communes valid on a day, by the Vietnamese alphabet.
    pub fn units_on(&self, day: Day) -> Vec<Unit> {
        let order = sohoi_domain::text::Order::default();
        let mut units: Vec<Unit> = self.built_in.units.communes_on(day).cloned().collect();
        units.sort_by(|a, b| order.text(&a.name, &b.name).then_with(|| a.code.cmp(&b.code)));
        units
    }

    /// Makes the register and leaves it open. Needs no network.
    ///
    /// # Errors
    /// `unit.unknown` when no unit ever had that code, `unit.not_valid` when none has on that day,
    /// `register.exists`, `register.pin_too_short`.
    pub fn register_create(&self, req: &NewRegisterReq) -> Result<Created, AppError> {
        let created = self.register_create_at(req, Costs::REAL)?;
        // The only copy of the code is in the answer.
        if let Err(error) = self.recovery_note(false) {
            tracing::warn!(code = error.code(), "that the recovery code is to be kept was not noted");
        }
        Ok(created)
    }

    pub(crate) fn register_create_at(&self, req: &NewRegisterReq, costs: Costs) -> Result<Created, AppError> {
        let mut slot = self.slot();
        if slot.is_some() {
            return Err(AppError::AlreadyOpen);
        }
        let day = req.on.unwrap_or_else(|| self.today());
        let unit =
            self.built_in.units.on(&req.unit_code, day).filter(|unit| unit.level == UnitLevel::Commune);
        let was_ever = || self.built_in.units.iter().any(|unit| unit.code == req.unit_code);
        let unit = match unit {
            Some(unit) => unit.clone(),
            None if was_ever() => return Err(AppError::NotValidUnit),
            None => return Err(AppError::UnknownUnit { code: req.unit_code.clone() }),
        };
        let officer = sohoi_domain::text::nfc(req.officer.trim());
        if officer.is_empty()
            || officer.chars().count() > 100
            || !sohoi_domain::text::is_clean(&officer, false)
        {
            return Err(AppError::BadRequest("officer"));
        }
        let (device_secret, device) = sohoi_sync::new_device();
        let new = NewRegister {
            unit: unit.key(),
            officer,
            pin: &req.pin,
            now_ms: self.now_ms(),
            device_secret,
            device,
            costs,
        };
        let (register, recovery_code) = Register::create(&self.home, self.built_in.clone(), new)?;
        self.clock.stamps_from(register.next_seq());
        *slot = Some(register);
        Ok(Created { device, unit, recovery_code: recovery_code.to_string() })
    }
}
