use sohoi_app::AppError;
use sohoi_app::clock::Doubt;
use sohoi_app::register::{Created, NewRegisterReq, State};
use sohoi_app::setting::Settings;
use sohoi_domain::{Day, PeriodKind};

use super::{Answer, small};
use crate::dto::app::*;
use crate::dto::catalogue::CatalogueRes;
use crate::dto::figure::*;
use crate::dto::{Nothing, record};
use crate::{Api, convert};

/// The first thing that a page asks.
pub fn page_begin(api: &Api, _: Nothing) -> Answer<AppState> {
    app_state(api, Nothing {})
}

pub fn app_state(api: &Api, _: Nothing) -> Answer<AppState> {
    let (state, unit, pin_wait_s) = match api.app().state()? {
        State::Absent => (RegisterState::Absent, None, 0),
        State::Locked { unit, wait_s } => (RegisterState::Locked, unit, wait_s),
        State::Open { unit } => (RegisterState::Open, unit, 0),
    };
    Ok(AppState {
        state,
        version: env!("CARGO_PKG_VERSION").to_string(),
        unit: unit.as_ref().map(convert::unit),
        today: api.app().today().to_string(),
        clock: clock(api.app().clock()),
        pin_wait_s,
        settings: settings(api.app().settings()),
        fault: super::fault(api),
        lacks_recovery: api.app().recovery_is_missing(),
        sample: api.app().is_sample().then(|| SampleDto { step: api.app().sample_step() }),
    })
}

fn clock(clock: &sohoi_app::clock::Clock) -> ClockDto {
    let doubt = match clock.doubt() {
        Doubt::None => ClockDoubt::None,
        Doubt::Behind => ClockDoubt::Behind,
        Doubt::Ahead => ClockDoubt::Ahead,
        Doubt::CorrectedByHub => ClockDoubt::CorrectedByHub,
        Doubt::CorrectedByOfficer => ClockDoubt::CorrectedByOfficer,
    };
    ClockDto { doubt, shown_day: clock.shown_day().to_string() }
}

pub fn clock_set(api: &Api, req: ClockSetReq) -> Answer<AppState> {
    let today = req.today.parse().map_err(|_| AppError::BadRequest("today"))?;
    api.app().clock_set(today);
    app_state(api, Nothing {})
}

fn settings(settings: Settings) -> SettingsDto {
    SettingsDto {
        language: settings.language,
        calendar: settings.calendar,
        theme: settings.theme,
        text_percent: settings.text_percent,
    }
}

pub(super) fn as_settings(dto: SettingsDto) -> Settings {
    Settings {
        language: dto.language,
        calendar: dto.calendar,
        theme: dto.theme,
        text_percent: dto.text_percent,
    }
}

fn day(text: Option<&String>) -> Result<Option<Day>, AppError> {
    text.map(|text| text.parse().map_err(|_| AppError::BadRequest("on"))).transpose()
}

pub fn unit_list(api: &Api, req: UnitListReq) -> Answer<Vec<UnitDto>> {
    let on = day(req.on.as_ref())?.unwrap_or_else(|| api.app().today());
    Ok(api.app().units_on(on).iter().map(convert::unit).collect())
}

pub fn register_create(api: &Api, req: RegisterCreateReq) -> Answer<RegisterCreateRes> {
    let on = day(req.on.as_ref())?;
    let created = api.app().register_create(&NewRegisterReq {
        unit_code: req.unit_code,
        on,
        officer: req.officer,
        pin: req.pin,
    })?;
    Ok(sheet(created))
}

fn sheet(created: Created) -> RegisterCreateRes {
    RegisterCreateRes {
        device: created.device.to_string(),
        unit: convert::unit(&created.unit),
        recovery_code: created.recovery_code,
    }
}

pub fn recovery_new(api: &Api, req: RecoveryNewReq) -> Answer<RegisterCreateRes> {
    Ok(sheet(api.app().recovery_new(&req.pin)?))
}

pub fn recovery_kept(api: &Api, _: Nothing) -> Answer<AppState> {
    api.app().recovery_kept()?;
    app_state(api, Nothing {})
}

pub fn register_unlock(api: &Api, req: UnlockReq) -> Answer<AppState> {
    api.app().unlock(&req.pin)?;
    app_state(api, Nothing {})
}

pub fn register_recover(api: &Api, req: RecoverReq) -> Answer<AppState> {
    api.app().recover(&req.recovery_code, &req.new_pin)?;
    app_state(api, Nothing {})
}

pub fn register_lock(api: &Api, _: Nothing) -> Answer<AppState> {
    api.app().lock();
    app_state(api, Nothing {})
}

pub fn register_verify(api: &Api, _: Nothing) -> Answer<VerifyRes> {
    let verified = api.app().verify()?;
    Ok(VerifyRes {
        ok: verified.ok,
        n_records: small(verified.records),
        n_changes: small(verified.changes),
        differences: verified.differences,
    })
}

pub fn pin_change(api: &Api, req: PinChangeReq) -> Answer<Nothing> {
    api.app().pin_change(&req.old_pin, &req.new_pin)?;
    Ok(Nothing {})
}

pub fn pair_show(api: &Api, req: PairShowReq) -> Answer<PairShowRes> {
    Ok(PairShowRes { code: api.app().pair_show(&req.pin)? })
}

pub fn pair_join(api: &Api, req: PairJoinReq) -> Answer<Nothing> {
    api.app().pair_join(&req.code)?;
    Ok(Nothing {})
}

pub fn settings_save(api: &Api, req: SettingsDto) -> Answer<SettingsDto> {
    api.app().settings_save(&as_settings(req))?;
    Ok(settings(api.app().settings()))
}

pub fn catalogue_get(api: &Api, _: Nothing) -> Answer<CatalogueRes> {
    Ok(convert::catalogue(&api.app().catalogue()))
}

pub fn home_get(api: &Api, _: HomeReq) -> Answer<HomeRes> {
    let home = api.app().home()?;
    let drafts: Vec<record::DraftDto> = super::drafts(api)?;
    let catalogue = api.app().catalogue();
    Ok(HomeRes {
        unit: convert::unit_of(api.app(), &home.unit),
        officer: home.officer,
        month: convert::period(&home.month),
        year: convert::period(&home.year),
        recorded: home.recorded.into_iter().map(|(kind, n_records)| KindCount { kind, n_records }).collect(),
        n_records: home.n_records,
        figures: home.figures.iter().map(|figure| convert::figure(&catalogue, figure)).collect(),
        drafts,
        n_unsent: home.n_unsent,
        n_conflicts: home.n_conflicts,
        last_receipt_at_ms: home.last_receipt_at_ms.map(convert::ms),
        backup_age_days: home.backup_age_days,
        lost_saves: home
            .lost_saves
            .map(|lost| LostSavesDto { n: lost.n, found_at_ms: convert::ms(lost.found_at_ms) }),
    })
}

pub fn lost_saves_seen(api: &Api, _: Nothing) -> Answer<Nothing> {
    api.app().lost_saves_seen()?;
    Ok(Nothing {})
}

pub fn period_list(api: &Api, req: PeriodListReq) -> Answer<PeriodListRes> {
    let calendar = api.app().calendar(&req.calendar)?;
    let today = api.app().today();
    let current = PeriodKind::ALL
        .into_iter()
        .filter_map(|kind| Some((kind.name().to_string(), calendar.containing(kind, today)?.label.clone())))
        .collect();
    Ok(PeriodListRes { periods: calendar.rows.iter().map(convert::period).collect(), current })
}
