//! Between what the app speaks of and what the UI reads.

use std::collections::BTreeMap;

use sohoi_app::{App, LinkRow, Missing, MissingReference, StoredChange, StoredRecord};
use sohoi_domain::catalogue::{self, Field, FieldType, Indicator, Kind, Measure, RuleLevel};
use sohoi_domain::change::same::is_field;
use sohoi_domain::figure::Figure;
use sohoi_domain::record::{Issue, to_json, value_to_json};
use sohoi_domain::unit::Unit;
use sohoi_domain::{Catalogue, Op, Period, RecordId, UnitKey};

use crate::dto::Words;
use crate::dto::app::UnitDto;
use crate::dto::catalogue::*;
use crate::dto::figure::*;
use crate::dto::record::*;

pub fn words(words: &catalogue::Words) -> Words {
    Words { vi: words.vi.clone(), en: words.en.clone() }
}

pub fn unit(unit: &Unit) -> UnitDto {
    UnitDto {
        code: unit.code.clone(),
        valid_from: unit.valid_from.to_string(),
        name: unit.name.clone(),
        parent: unit.parent.clone(),
    }
}

pub fn unit_of(app: &App, key: &UnitKey) -> UnitDto {
    app.catalogue().units.get(key).map(unit).unwrap_or_else(|| UnitDto {
        code: key.code.clone(),
        valid_from: key.valid_from.to_string(),
        name: key.code.clone(),
        parent: String::new(),
    })
}

/// Milliseconds as a number that TypeScript holds exactly.
pub fn ms(ms: i64) -> f64 {
    ms as f64
}

pub fn titles(titles: BTreeMap<RecordId, String>) -> BTreeMap<String, String> {
    titles.into_iter().map(|(id, title)| (id.to_string(), title)).collect()
}

pub fn period(period: &Period) -> PeriodDto {
    PeriodDto {
        label: period.label.clone(),
        kind: period.kind.name().to_string(),
        first: period.first.to_string(),
        last: period.last.to_string(),
        due: period.due.to_string(),
    }
}

pub fn figure(catalogue: &Catalogue, figure: &Figure) -> FigureDto {
    let by =
        |codes: &BTreeMap<String, i64>| codes.iter().map(|(code, n)| (code.clone(), *n as f64)).collect();
    FigureDto {
        indicator: figure.indicator.clone(),
        value: figure.value.number(),
        unit: catalogue.indicator(&figure.indicator).map_or(String::new(), |i| i.unit.clone()),
        target: figure.target.map(|target| target as f64),
        percent: figure.percent(),
        parts: figure.value.parts().map(|(a, b)| FigureParts { a: a as f64, b: b as f64 }),
        by: figure.by.iter().map(|(path, codes)| (path.clone(), by(codes))).collect(),
    }
}

pub fn issue(issue: &Issue) -> IssueDto {
    IssueDto {
        field: issue.field.clone(),
        level: match issue.level {
            RuleLevel::Error => IssueLevel::Error,
            RuleLevel::Warning => IssueLevel::Warning,
        },
        code: issue.code.code().to_string(),
        params: issue.params.iter().map(|(name, value)| (name.to_string(), value.as_str().into())).collect(),
        message: issue.message.as_ref().map(words),
    }
}

pub fn row(catalogue: &Catalogue, record: &StoredRecord, title: String) -> RecordRowDto {
    let kind = catalogue.kind_by_num(record.state.kind);
    let fields = kind.map(|kind| to_json(kind, &record.state.fields)).unwrap_or_default();
    let columns = kind.map_or(&[][..], |kind| &kind.columns);
    RecordRowDto {
        id: record.state.id.to_string(),
        short: record.state.id.short_code(),
        kind: kind.map_or(String::new(), |kind| kind.id.clone()),
        day: day(record),
        title,
        columns: fields.into_iter().filter(|(id, _)| columns.contains(id)).collect(),
        received: record.meta.received,
        n_conflicts: record.meta.n_conflicts,
    }
}

/// Empty when the record has none.
pub fn day(record: &StoredRecord) -> String {
    record.meta.day.map_or(String::new(), |day| day.to_string())
}

pub fn change(
    catalogue: &Catalogue,
    stored: &StoredChange,
    author: String,
    before: &dyn Fn(u16) -> serde_json::Value,
) -> ChangeDto {
    let kind = catalogue.kind_by_num(stored.change.kind);
    let field = |num: &sohoi_domain::FieldNum| kind.and_then(|kind| kind.field_by_num(*num));
    let shown = |num: &sohoi_domain::FieldNum| {
        is_field(*num) && field(num).is_none_or(|f| f.field_type != FieldType::Pseudonym)
    };
    let fields =
        stored.change.fields.iter().filter(|(num, _)| shown(num)).map(|(num, value)| FieldChangeDto {
            field: field(num).map_or_else(|| format!("#{}", num.0), |f| f.id.clone()),
            before: before(num.0),
            after: value.as_ref().map_or(serde_json::Value::Null, |value| value_to_json(field(num), value)),
        });
    ChangeDto {
        seq: u32::try_from(stored.change.seq).unwrap_or(u32::MAX),
        device: stored.device.to_string(),
        own: stored.own,
        author,
        at_ms: ms(stored.shown_at_ms),
        op: op(stored.change.op),
        fields: fields.collect(),
        reason: stored.change.reason.clone(),
        received: stored.received,
        links: Vec::new(),
    }
}

/// What a link says in the history of record `of`.
pub fn link(link: &LinkRow, of: RecordId, titles: &BTreeMap<RecordId, String>) -> LinkDto {
    let is_own = link.record == of;
    let other = if is_own { link.kept } else { link.record };
    let how = match (is_own, link.is_made) {
        (true, true) => LinkHow::GaveWay,
        (true, false) => LinkHow::Parted,
        (false, true) => LinkHow::TookIn,
        (false, false) => LinkHow::LetGo,
    };
    LinkDto { how, other: name((other, titles.get(&other).cloned().unwrap_or_default())) }
}

pub fn op(op: Op) -> ChangeOpDto {
    match op {
        Op::Create => ChangeOpDto::Create,
        Op::Patch => ChangeOpDto::Patch,
        Op::Erase => ChangeOpDto::Erase,
        Op::Restore => ChangeOpDto::Restore,
    }
}

pub fn name((id, title): (RecordId, String)) -> RecordNameDto {
    RecordNameDto { id: id.to_string(), short: id.short_code(), title }
}

pub fn missing(missing: &MissingReference) -> MissingDto {
    MissingDto {
        path: missing.path.clone(),
        id: missing.id.to_string(),
        why: match missing.why {
            Missing::Absent => MissingWhy::Absent,
            Missing::Erased => MissingWhy::Erased,
            Missing::OtherKind => MissingWhy::OtherKind,
        },
    }
}

pub fn catalogue(catalogue: &Catalogue) -> CatalogueRes {
    let list = |list: &catalogue::List| ListDto {
        id: list.id.clone(),
        label: words(&list.label),
        items: list
            .items
            .iter()
            .map(|item| ListItemDto {
                code: item.code.clone(),
                label: words(&item.label),
                parent: item.parent.clone(),
                aliases: item.aliases.clone(),
            })
            .collect(),
    };
    let label = |id: &String| catalogue.calendar_labels.get(id).map(words);
    CatalogueRes {
        version: catalogue.version,
        digest: catalogue.digest.clone(),
        kinds: catalogue.kinds.iter().map(kind).collect(),
        lists: catalogue.lists.values().map(list).collect(),
        indicators: catalogue.indicators.iter().map(|i| indicator(catalogue, i)).collect(),
        calendars: catalogue
            .calendars
            .iter()
            .filter_map(|calendar| Some(CalendarDto { id: calendar.id.clone(), label: label(&calendar.id)? }))
            .collect(),
        criteria_sets: catalogue
            .criteria_sets
            .iter()
            .map(|set| CriteriaSetDto {
                id: set.id.clone(),
                label: words(&set.label),
                valid_from: set.valid_from.to_string(),
                valid_to: set.valid_to.map(|day| day.to_string()),
                is_default: set.default,
                criteria: set.criteria.clone(),
            })
            .collect(),
    }
}

fn kind(kind: &Kind) -> KindDto {
    KindDto {
        id: kind.id.clone(),
        group: kind.group.clone(),
        nature: kind.nature.name().to_string(),
        label: words(&kind.label),
        plural: words(&kind.plural),
        help: words(&kind.help),
        date_field: kind.date_field.clone(),
        title: kind.title.clone(),
        columns: kind.columns.clone(),
        fields: kind.fields.iter().filter_map(field).collect(),
        has_personal: kind.has_personal(),
    }
}

// None for a pseudonym: the program makes it, nobody types or reads it.
fn field(field: &Field) -> Option<FieldDto> {
    let field_type = match field.field_type {
        FieldType::Text => FieldTypeDto::Text,
        FieldType::LongText => FieldTypeDto::LongText,
        FieldType::Integer => FieldTypeDto::Integer,
        FieldType::Decimal => FieldTypeDto::Decimal,
        FieldType::Money => FieldTypeDto::Money,
        FieldType::Date => FieldTypeDto::Date,
        FieldType::Year => FieldTypeDto::Year,
        FieldType::Bool => FieldTypeDto::Bool,
        FieldType::Code => FieldTypeDto::Code,
        FieldType::Codes => FieldTypeDto::Codes,
        FieldType::Ref => FieldTypeDto::Ref,
        FieldType::Lines => FieldTypeDto::Lines,
        FieldType::Photos => FieldTypeDto::Photos,
        FieldType::Pseudonym => return None,
    };
    Some(FieldDto {
        id: field.id.clone(),
        field_type,
        label: words(&field.label),
        help: words(&field.help),
        required: field.required,
        personal: field.is_personal(),
        min: field.min.map(|n| n as f64),
        max: field.max.map(|n| n as f64),
        max_len: field.max_len.and_then(|n| u32::try_from(n).ok()),
        scale: u32::from(field.scale),
        unit: field.unit.clone(),
        list: field.list.clone(),
        ref_kind: field.ref_kind.clone(),
        default: field.default.as_ref().map_or(serde_json::Value::Null, default),
        columns: field.columns.iter().filter_map(self::field).collect(),
    })
}

fn default(value: &catalogue::DefaultValue) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn indicator(catalogue: &Catalogue, indicator: &Indicator) -> IndicatorDto {
    let kind = match &indicator.measure {
        Measure::Records(records) => catalogue.kind_by_num(records.kind),
        _ => None,
    };
    let dimension = |path: &String| {
        let mut parts = path.split('.');
        let field = kind?.field(parts.next()?)?;
        let field = match parts.next() {
            Some(column) => field.column(column)?,
            None => field,
        };
        Some(DimensionDto { field: path.clone(), label: words(&field.label), list: field.list.clone() })
    };
    IndicatorDto {
        code: indicator.code.clone(),
        label: words(&indicator.label),
        unit: indicator.unit.clone(),
        measure: indicator.measure_name().to_string(),
        time: indicator.time.name().to_string(),
        task: indicator.task.clone(),
        kind: kind.map(|kind| kind.id.clone()),
        by: indicator.by.iter().filter_map(dimension).collect(),
        of: match &indicator.measure {
            Measure::Ratio(a, b) | Measure::Gap(a, b) => Some(vec![a.clone(), b.clone()]),
            Measure::ReportingUnits(of) => Some(vec![of.clone()]),
            Measure::Records(_) | Measure::BaseUnits => None,
        },
    }
}
