//! What the hub shows, as JSON: codes and values; words only where the catalogue has them in both languages.

use std::collections::BTreeMap;

use serde::Serialize;
use sohoi_domain::catalogue::{Indicator, List, ListItem, Measure, Words};
use sohoi_domain::figure::{Figure, FigureValue, UnitFigures};
use sohoi_domain::submission::{Answer as Reply, hex};
use sohoi_domain::{Catalogue, Day, Period, PeriodKind, UnitKey};
use sohoi_hub_db::SpoiltBatch;
use sohoi_protocol::bulletin::{Body, Bulletin, Scope, Verdict};

use crate::clock;
use crate::error::HubError;
use crate::figures::Answer;
use crate::hub::Hub;
use crate::submission::{self, Heard};

#[derive(Serialize)]
pub struct PeriodView {
    label: String,
    kind: &'static str,
    first: Day,
    last: Day,
    due: Day,
}

impl From<&Period> for PeriodView {
    fn from(period: &Period) -> PeriodView {
        PeriodView {
            label: period.label.clone(),
            kind: period.kind.name(),
            first: period.first,
            last: period.last,
            due: period.due,
        }
    }
}

/// A whole number where it is one: JSON keeps it exact.
#[derive(Serialize)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Ratio(f64),
}

impl Number {
    // None when there is nothing to divide by.
    fn of(value: FigureValue) -> Option<Number> {
        match value {
            FigureValue::Whole(n) => Some(Number::Whole(n)),
            FigureValue::Gap { a, b } => Some(Number::Whole(a.saturating_sub(b))),
            FigureValue::Ratio { .. } => value.number().map(Number::Ratio),
        }
    }
}

#[derive(Serialize)]
struct Parts {
    a: i64,
    b: i64,
}

#[derive(Serialize)]
pub struct FigureView {
    indicator: String,
    value: Option<Number>,
    unit: String,
    target: Option<i64>,
    percent: Option<f64>,
    parts: Option<Parts>,
    by: BTreeMap<String, BTreeMap<String, i64>>,
}

impl FigureView {
    fn new(catalogue: &Catalogue, figure: &Figure) -> FigureView {
        FigureView {
            indicator: figure.indicator.clone(),
            value: Number::of(figure.value),
            unit: catalogue.indicator(&figure.indicator).map(|i| i.unit.clone()).unwrap_or_default(),
            target: figure.target,
            percent: figure.percent(),
            parts: figure.value.parts().map(|(a, b)| Parts { a, b }),
            by: figure.by.clone(),
        }
    }
}

#[derive(Serialize)]
struct UnitName {
    code: String,
    valid_from: Day,
    name: String,
    parent: String,
}

impl UnitName {
    fn new(catalogue: &Catalogue, key: &UnitKey) -> UnitName {
        let unit = catalogue.units.get(key);
        UnitName {
            code: key.code.clone(),
            valid_from: key.valid_from,
            name: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
            parent: unit.map(|unit| unit.parent.clone()).unwrap_or_default(),
        }
    }
}

/// A batch cannot be read any more.
pub const SPOILT: &str = "hub.batch_spoilt";

/// Something that figures are without.
#[derive(Serialize)]
pub struct ProblemView {
    code: &'static str,
    unit: UnitName,
    device: String,
    first_seq: u64,
    n_changes: u32,
}

impl ProblemView {
    pub fn all(catalogue: &Catalogue, spoilt: &[SpoiltBatch]) -> Vec<ProblemView> {
        let view = |batch: &SpoiltBatch| ProblemView {
            code: SPOILT,
            unit: UnitName::new(catalogue, &batch.unit),
            device: batch.device.to_string(),
            first_seq: batch.first_seq,
            n_changes: batch.n_changes,
        };
        spoilt.iter().map(view).collect()
    }
}

#[derive(Serialize)]
pub struct UnitFiguresView {
    #[serde(flatten)]
    unit: UnitName,
    figures: Vec<FigureView>,
}

#[derive(Serialize)]
pub struct FiguresView {
    period: PeriodView,
    figures: Vec<FigureView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<Vec<UnitFiguresView>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ProblemView>,
}

impl FiguresView {
    pub fn new(catalogue: &Catalogue, answer: &Answer, by_unit: bool) -> FiguresView {
        let views = |figures: &[Figure]| figures.iter().map(|f| FigureView::new(catalogue, f)).collect();
        let of_unit = |unit: &UnitFigures| UnitFiguresView {
            unit: UnitName::new(catalogue, &unit.unit),
            figures: views(&unit.figures),
        };
        FiguresView {
            period: (&answer.period).into(),
            figures: views(&answer.total),
            units: by_unit.then(|| answer.units.iter().map(of_unit).collect()),
            problems: ProblemView::all(catalogue, &answer.spoilt),
        }
    }
}

#[derive(Serialize)]
pub struct PeriodsView {
    periods: Vec<PeriodView>,
    /// The period of each kind that today lies in.
    current: BTreeMap<&'static str, String>,
}

impl PeriodsView {
    /// # Errors
    /// `figures.unknown_calendar`.
    pub fn new(hub: &Hub, calendar: &str) -> Result<PeriodsView, HubError> {
        let found = hub.catalogue.calendar(calendar);
        let found =
            found.ok_or_else(|| HubError::refused("figures.unknown_calendar").with("calendar", calendar))?;
        let today = clock::day(hub.now_ms());
        let current = |kind: PeriodKind| Some((kind.name(), found.containing(kind, today)?.label.clone()));
        Ok(PeriodsView {
            periods: found.rows.iter().map(PeriodView::from).collect(),
            current: PeriodKind::ALL.into_iter().filter_map(current).collect(),
        })
    }
}

#[derive(Serialize)]
struct DimensionView {
    field: String,
    label: Words,
    list: Option<String>,
}

#[derive(Serialize)]
struct IndicatorView {
    code: String,
    label: Words,
    help: Words,
    unit: String,
    measure: &'static str,
    time: &'static str,
    task: String,
    kind: Option<String>,
    by: Vec<DimensionView>,
}

#[derive(Serialize)]
struct ItemView {
    code: String,
    label: Words,
    parent: Option<String>,
    aliases: Vec<String>,
}

impl From<&ListItem> for ItemView {
    fn from(item: &ListItem) -> ItemView {
        ItemView {
            code: item.code.clone(),
            label: item.label.clone(),
            parent: item.parent.clone(),
            aliases: item.aliases.clone(),
        }
    }
}

#[derive(Serialize)]
struct ListView {
    id: String,
    label: Words,
    items: Vec<ItemView>,
}

impl From<&List> for ListView {
    fn from(list: &List) -> ListView {
        ListView {
            id: list.id.clone(),
            label: list.label.clone(),
            items: list.items.iter().map(ItemView::from).collect(),
        }
    }
}

#[derive(Serialize)]
struct CalendarView {
    id: String,
    label: Words,
}

#[derive(Serialize)]
pub struct CatalogueView {
    version: u32,
    digest: String,
    indicators: Vec<IndicatorView>,
    lists: Vec<ListView>,
    calendars: Vec<CalendarView>,
}

impl CatalogueView {
    pub fn new(catalogue: &Catalogue) -> CatalogueView {
        let shown = catalogue.indicators.iter().filter(|indicator| indicator.shown);
        CatalogueView {
            version: catalogue.version,
            digest: catalogue.digest.clone(),
            indicators: shown.map(|indicator| indicator_view(catalogue, indicator)).collect(),
            lists: catalogue.lists.values().map(ListView::from).collect(),
            calendars: catalogue
                .calendars
                .iter()
                .map(|calendar| CalendarView {
                    id: calendar.id.clone(),
                    label: catalogue.calendar_labels.get(&calendar.id).cloned().unwrap_or_default(),
                })
                .collect(),
        }
    }
}

fn indicator_view(catalogue: &Catalogue, indicator: &Indicator) -> IndicatorView {
    let kind = match &indicator.measure {
        Measure::Records(measure) => catalogue.kind_by_num(measure.kind),
        Measure::Ratio(..) | Measure::Gap(..) | Measure::ReportingUnits(_) | Measure::BaseUnits => None,
    };
    let field = |path: &str| {
        let (field, column) = path.split_once('.').unwrap_or((path, ""));
        let field = kind?.field(field)?;
        if column.is_empty() { Some(field) } else { field.column(column) }
    };
    let dimension = |path: &String| DimensionView {
        label: field(path).map(|field| field.label.clone()).unwrap_or_default(),
        list: field(path).and_then(|field| field.list.clone()),
        field: path.clone(),
    };
    IndicatorView {
        code: indicator.code.clone(),
        label: indicator.label.clone(),
        help: indicator.help.clone(),
        unit: indicator.unit.clone(),
        measure: indicator.measure_name(),
        time: indicator.time.name(),
        task: indicator.task.clone(),
        kind: kind.map(|kind| kind.id.clone()),
        by: indicator.by.iter().map(dimension).collect(),
    }
}

#[derive(Serialize)]
struct ReportingUnit {
    #[serde(flatten)]
    unit: UnitName,
    n_devices: u64,
    n_changes: u64,
    last_received_at_ms: Option<i64>,
}

#[derive(Serialize)]
pub struct ReportingView {
    units: Vec<ReportingUnit>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ProblemView>,
}

impl ReportingView {
    /// Communes valid today, and every unit that a device was enrolled for.
    ///
    /// # Errors
    /// Those of the database.
    pub fn new(hub: &Hub) -> Result<ReportingView, HubError> {
        let today = clock::day(hub.now_ms());
        let silent = hub.catalogue.units.communes_on(today).map(|unit| (unit.key(), (0, 0, None)));
        let mut units: BTreeMap<UnitKey, (u64, u64, Option<i64>)> = silent.collect();
        for row in hub.db.reporting()? {
            units.insert(row.unit, (row.n_devices, row.n_changes, row.last_received_at_ms));
        }
        let view =
            |(key, (n_devices, n_changes, last_received_at_ms)): (UnitKey, (u64, u64, Option<i64>))| {
                ReportingUnit {
                    unit: UnitName::new(&hub.catalogue, &key),
                    n_devices,
                    n_changes,
                    last_received_at_ms,
                }
            };
        let problems = ProblemView::all(&hub.catalogue, &hub.db.spoilt()?);
        Ok(ReportingView { units: units.into_iter().map(view).collect(), problems })
    }
}

/// A word of the province as its pages show it.
#[derive(Serialize)]
struct MessageView {
    number: u64,
    at_ms: i64,
    kind: &'static str,
    author: String,
    text: String,
    calendar: Option<String>,
    period: Option<String>,
    indicator: Option<String>,
    record: Option<String>,
    /// None when all communes hear it.
    to: Option<AddresseeView>,
}

#[derive(Serialize)]
struct AddresseeView {
    code: String,
    /// None for every version with the code.
    valid_from: Option<Day>,
    name: Option<String>,
}

impl MessageView {
    // None for what is no word.
    fn new(hub: &Hub, told: Bulletin) -> Option<MessageView> {
        let (kind, author, text, about, indicator, record) = match told.body {
            Body::Comment(said) => {
                let record = said.record.map(|id| id.to_string());
                ("comment", said.author, said.text, said.about, said.indicator, record)
            }
            Body::Decision(said) => {
                let kind = match said.verdict {
                    Verdict::Accepted => "accepted",
                    Verdict::Returned => "returned",
                };
                (kind, said.author, said.note, Some(said.period), None, None)
            }
            Body::Targets(_) | Body::Release(_) | Body::Newer { .. } => return None,
        };
        let (calendar, period) = about.map(|about| (about.calendar, about.label)).unzip();
        let addressee = |Scope { code, valid_from }: Scope| {
            let key = valid_from.map(|valid_from| UnitKey { code: code.clone(), valid_from });
            AddresseeView { name: key.map(|key| hub.unit_name(&key)), code, valid_from }
        };
        let (number, at_ms, to) = (told.number, told.made_at_ms, told.scope.map(addressee));
        Some(MessageView { number, at_ms, kind, author, text, calendar, period, indicator, record, to })
    }
}

#[derive(Serialize)]
pub struct MessagesView {
    unit: UnitName,
    /// The newest first.
    messages: Vec<MessageView>,
}

impl MessagesView {
    pub fn new(hub: &Hub, unit: &UnitKey, said: Vec<Bulletin>) -> MessagesView {
        let messages = said.into_iter().filter_map(|told| MessageView::new(hub, told));
        MessagesView { unit: UnitName::new(&hub.catalogue, unit), messages: messages.collect() }
    }
}

/// A submission with what the hub found.
#[derive(Serialize)]
pub struct SubmissionView {
    calendar: String,
    period: String,
    first: Day,
    last: Day,
    number: u32,
    state: &'static str,
    digest: String,
    at_ms: i64,
    device: String,
    /// Number of the officer on her PC; her name stays in the commune.
    officer: u32,
    note: String,
    figures: Vec<SubmittedFigure>,
    /// Figures that stand otherwise by the records that were received; none of what is not the newest of its period.
    differences: Option<Vec<DifferenceView>>,
}

#[derive(Serialize)]
struct SubmittedFigure {
    indicator: String,
    value: Option<Number>,
    target: Option<i64>,
    parts: Option<Parts>,
}

#[derive(Serialize)]
struct DifferenceView {
    indicator: String,
    submitted: Option<Number>,
    here: Option<Number>,
}

impl SubmissionView {
    pub fn new(heard: &Heard) -> SubmissionView {
        let said = &heard.submission;
        let figures = said.figures.iter().map(|figure| SubmittedFigure {
            indicator: figure.indicator.clone(),
            value: Number::of(figure.value),
            target: figure.target,
            parts: figure.value.parts().map(|(a, b)| Parts { a, b }),
        });
        let difference = |one: &submission::Difference| DifferenceView {
            indicator: one.indicator.clone(),
            submitted: one.submitted.and_then(Number::of),
            here: one.here.and_then(Number::of),
        };
        SubmissionView {
            calendar: said.calendar.clone(),
            period: said.label.clone(),
            first: said.first,
            last: said.last,
            number: said.number,
            state: heard.state(),
            digest: hex(&heard.digest),
            at_ms: said.at_ms,
            device: heard.device.to_string(),
            officer: said.officer,
            note: said.note.clone(),
            figures: figures.collect(),
            differences: heard.differences.as_ref().map(|list| list.iter().map(difference).collect()),
        }
    }
}

#[derive(Serialize)]
struct AnswerView {
    calendar: String,
    period: String,
    /// Number of the bulletin that it answers.
    reply_to: u64,
    text: String,
    at_ms: i64,
}

#[derive(Serialize)]
pub struct SubmissionsView {
    unit: UnitName,
    /// The newest first.
    submissions: Vec<SubmissionView>,
    answers: Vec<AnswerView>,
}

impl SubmissionsView {
    pub fn new(hub: &Hub, unit: &UnitKey, heard: &[Heard], answers: Vec<Reply>) -> SubmissionsView {
        let answer = |one: Reply| AnswerView {
            calendar: one.calendar,
            period: one.label,
            reply_to: one.reply_to,
            text: one.text,
            at_ms: one.at_ms,
        };
        SubmissionsView {
            unit: UnitName::new(&hub.catalogue, unit),
            submissions: heard.iter().map(SubmissionView::new).collect(),
            answers: answers.into_iter().map(answer).collect(),
        }
    }
}
