use sohoi_app::bulletin::{Listed, Said, What};
use sohoi_domain::submission::Answer as Reply;

use super::Answer;
use super::record::id;
use crate::dto::Nothing;
use crate::dto::bulletin::*;
use crate::dto::record::RecordIdReq;
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

pub fn record_said(api: &Api, req: RecordIdReq) -> Answer<RecordSaidRes> {
    let (said, answers) = api.app().record_said(id(&req.id)?)?;
    Ok(RecordSaidRes {
        said: said.into_iter().map(bulletin).collect(),
        answers: answers.into_iter().map(answer).collect(),
    })
}

pub(super) fn answer(answer: Reply) -> WordAnswerDto {
    WordAnswerDto { reply_to: answer.reply_to as f64, text: answer.text, at_ms: convert::ms(answer.at_ms) }
}

pub fn word_answer(api: &Api, req: WordAnswerReq) -> Answer<Nothing> {
    api.app().word_answer(Reply {
        calendar: req.calendar.unwrap_or_default(),
        label: req.period.unwrap_or_default(),
        reply_to: req.reply_to as u64,
        text: req.text,
        at_ms: 0,
    })?;
    Ok(Nothing {})
}
