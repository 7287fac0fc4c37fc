//! Figures of a period, of all together and by place.

use sohoi_app::figure::{FigureReq, PlaceFigures};
use sohoi_domain::figure::Figure;
use sohoi_domain::{Period, UnitKey};

use super::Answer;
use crate::dto::figure::*;
use crate::{Api, convert};

pub fn figures_get(api: &Api, req: FiguresReq) -> Answer<FiguresRes> {
    let found = api.app().figures(&FigureReq {
        calendar: req.calendar,
        period: req.period,
        as_now: req.mode == UnitMode::Now,
        indicators: req.indicators,
        place: req.place_field.zip(req.place),
    })?;
    Ok(whole(api, (&found.period, &found.unit), (&found.figures, &found.before)))
}

pub fn figures_by_place(api: &Api, req: FiguresByPlaceReq) -> Answer<FiguresByPlaceRes> {
    let of = FigureReq {
        calendar: req.calendar,
        period: req.period,
        as_now: req.mode == UnitMode::Now,
        indicators: Vec::new(),
        place: None,
    };
    let found = api.app().figures_by_place(&of, &req.field)?;
    // Of each place the parts would be many times what is shown.
    let bare = |list: &[Figure]| {
        let bare = |figure: FigureDto| FigureDto { by: Default::default(), ..figure };
        figures(api, list).into_iter().map(bare).collect()
    };
    let place = |one: &PlaceFigures| PlaceFiguresDto {
        value: one.place.value.clone(),
        label: one.place.label.clone(),
        n_records: one.place.n,
        figures: bare(&one.figures),
        before: bare(&one.before),
    };
    Ok(FiguresByPlaceRes {
        whole: whole(api, (&found.period, &found.unit), (&found.figures, &found.before)),
        places: found.places.iter().map(place).collect(),
    })
}

fn whole(
    api: &Api,
    (period, unit): (&Period, &UnitKey),
    (now, before): (&[Figure], &[Figure]),
) -> FiguresRes {
    FiguresRes {
        period: convert::period(period),
        unit: convert::unit_of(api.app(), unit),
        figures: figures(api, now),
        before: figures(api, before),
    }
}

fn figures(api: &Api, list: &[Figure]) -> Vec<FigureDto> {
    let catalogue = api.app().catalogue();
    list.iter().map(|figure| convert::figure(&catalogue, figure)).collect()
}
