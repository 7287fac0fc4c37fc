use sohoi_app::bulletin::{Listed, Said, What};

use super::Answer;
use crate::dto::bulletin::*;
use crate::{Api, convert};

const MOST: u32 = 500;

pub fn bulletin_list(api: &Api, req: BulletinListReq) -> Answer<BulletinListRes> {
    let listed = if req.words_only { Listed::Words } else { Listed::All };
    let said = api.app().bulletins(listed, req.limit.min(MOST))?;
    Ok(BulletinListRes { bulletins: said.into_iter().map(bulletin).collect() })
}

pub(super) fn bulletin(said: Said) -> BulletinDto {
    let (calendar, period) = said.period.map(|period| (period.calendar, period.label)).unzip();
    BulletinDto {
        number: said.number as f64,
        at_ms: convert::ms(said.at_ms),
        kind: match said.what {
            What::Targets => BulletinKindDto::Targets,
            What::Catalogue => BulletinKindDto::Catalogue,
            What::Units => BulletinKindDto::Units,
            What::Calendars => BulletinKindDto::Calendars,
            What::Comment => BulletinKindDto::Comment,
            What::Accepted => BulletinKindDto::Accepted,
            What::Returned => BulletinKindDto::Returned,
            What::Unknown => BulletinKindDto::Unknown,
        },
        author: said.author,
        text: said.text,
        calendar,
        period,
        indicator: said.indicator,
        record: said.record.map(|id| id.to_string()),
        reply_to: said.reply_to.map(|number| number as f64),
        for_newer_program: said.for_newer_program,
    }
}
