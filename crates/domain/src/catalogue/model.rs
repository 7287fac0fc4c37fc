//! The shapes of the TOML under `schema/catalogue/`, and what they become once checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::{Generate, Period};
use crate::change::Ranks;
use crate::day::Day;
use crate::rule::Rule;
use crate::unit::{Link, Unit};
use crate::value::{FieldNum, KindNum};

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub vi: String,
    pub en: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    Text,
    LongText,
    Integer,
    Decimal,
    Money,
    Date,
    Year,
    Bool,
    Code,
    Codes,
    Ref,
    Lines,
    /// A set of photos, each named by the hash of its content.
    Photos,
    /// Keyed hash of personal siblings, made by the program: counts persons without naming them.
    Pseudonym,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    #[default]
    Open,
    /// Leaves the PC only sealed with the commune's key.
    Personal,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub id: String,
    pub num: FieldNum,
    #[serde(rename = "type")]
    pub field_type: FieldType,
    pub label: Words,
    #[serde(default)]
    pub help: Words,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub privacy: Privacy,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub max_len: Option<usize>,
    /// Digits after the decimal comma of a decimal.
    #[serde(default)]
    pub scale: u8,
    /// Code of list `unit_of_measure`.
    pub unit: Option<String>,
    pub list: Option<String>,
    #[serde(rename = "ref")]
    pub ref_kind: Option<String>,
    #[serde(default)]
    pub of: Vec<String>,
    pub default: Option<DefaultValue>,
    pub show_when: Option<String>,
    /// Of photos: whether the place where each was taken is kept.
    #[serde(default)]
    pub place: bool,
    #[serde(default, rename = "column")]
    pub columns: Vec<Field>,
    #[serde(skip)]
    pub shown: Option<Rule>,
}

/// What a new form begins with: a code, a number or yes/no.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DefaultValue {
    Bool(bool),
    Number(i64),
    Code(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    Event,
    Register,
    Ledger,
    Matrix,
}

impl Nature {
    pub fn name(self) -> &'static str {
        match self {
            Nature::Event => "event",
            Nature::Register => "register",
            Nature::Ledger => "ledger",
            Nature::Matrix => "matrix",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleLevel {
    Error,
    Warning,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRule {
    pub id: String,
    pub level: RuleLevel,
    pub check: String,
    pub fields: Vec<String>,
    pub message: Words,
    #[serde(skip)]
    pub rule: Option<Rule>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindHead {
    pub id: String,
    pub num: KindNum,
    pub nature: Nature,
    pub date_field: String,
    pub title: Vec<String>,
    pub columns: Vec<String>,
    #[serde(default)]
    pub likeness: Vec<String>,
    #[serde(default)]
    pub tasks: Vec<String>,
    #[serde(default)]
    pub programmes: Vec<String>,
    #[serde(default)]
    pub without: Vec<String>,
    pub group: String,
    pub label: Words,
    pub plural: Words,
    pub help: Words,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindFile {
    pub kind: KindHead,
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
    #[serde(default, rename = "rule")]
    pub rules: Vec<KindRule>,
}

/// A record kind with the fields that every kind has at the end.
#[derive(Clone, Debug)]
pub struct Kind {
    pub id: String,
    pub num: KindNum,
    pub nature: Nature,
    pub date_field: String,
    pub title: Vec<String>,
    pub columns: Vec<String>,
    /// Fields in which two records must agree to be taken for one and the same; none when they never are. Those
    /// that are required must be equal, the others where both have them.
    pub likeness: Vec<String>,
    pub tasks: Vec<String>,
    pub programmes: Vec<String>,
    pub group: String,
    pub label: Words,
    pub plural: Words,
    pub help: Words,
    pub fields: Vec<Field>,
    pub rules: Vec<KindRule>,
    /// Of fields whose list is a workflow, how far each code is.
    pub ranks: Ranks,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListItem {
    pub code: String,
    pub label: Words,
    pub parent: Option<String>,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub valid_from: Option<Day>,
    pub valid_to: Option<Day>,
    /// Of a list that is a workflow: how far this state is. What ends it may end it in more than one way, so
    /// several can be as far as each other.
    pub rank: Option<u8>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    pub id: String,
    pub label: Words,
    #[serde(default)]
    pub source: String,
    #[serde(default, rename = "item")]
    pub items: Vec<ListItem>,
}

impl List {
    pub fn item(&self, code: &str) -> Option<&ListItem> {
        self.items.iter().find(|item| item.code == code)
    }

    /// How far each of its codes is; empty when it is no workflow.
    pub fn ranks(&self) -> BTreeMap<String, u8> {
        self.items.iter().filter_map(|item| Some((item.code.clone(), item.rank?))).collect()
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriteriaSet {
    pub id: String,
    pub label: Words,
    pub valid_from: Day,
    pub valid_to: Option<Day>,
    /// `all`: the title needs every criterion.
    pub pass: String,
    pub criteria: Vec<String>,
    #[serde(default)]
    pub default: bool,
    #[serde(default)]
    pub source: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeKind {
    /// Happened in the period.
    Flow,
    /// Stands on its last day.
    StockEnd,
    /// Stood on any day of it.
    StockActive,
}

impl TimeKind {
    pub fn name(self) -> &'static str {
        match self {
            TimeKind::Flow => "flow",
            TimeKind::StockEnd => "stock_end",
            TimeKind::StockActive => "stock_active",
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IndicatorSource {
    pub code: String,
    pub num: u16,
    pub label: Words,
    #[serde(default)]
    pub help: Words,
    pub unit: String,
    pub count: Option<String>,
    pub sum: Option<String>,
    pub distinct: Option<String>,
    pub plus: Option<String>,
    pub net: Option<String>,
    pub plus_when: Option<String>,
    pub minus_when: Option<String>,
    pub ratio: Option<(String, String)>,
    pub gap: Option<(String, String)>,
    pub reporting_units: Option<String>,
    #[serde(default)]
    pub base_units: bool,
    pub time: TimeKind,
    pub when: Option<String>,
    pub line_when: Option<String>,
    pub day: Option<String>,
    pub until: Option<String>,
    #[serde(default)]
    pub by: Vec<String>,
    #[serde(default = "yes")]
    pub shown: bool,
    pub task: String,
}

fn yes() -> bool {
    true
}

/// A field of a record, or a column of its lines, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path {
    pub field: FieldNum,
    pub column: Option<FieldNum>,
}

/// What is counted in one record.
#[derive(Clone, Debug)]
pub enum Count {
    Records,
    Sum(Path),
    Distinct { subject: Path, plus: Option<Path> },
    Net { plus: Rule, minus: Rule },
}

/// Facts of one kind of records.
#[derive(Clone, Debug)]
pub struct RecordMeasure {
    pub kind: KindNum,
    pub count: Count,
    pub when: Option<Rule>,
    pub line_when: Option<Rule>,
    pub day: FieldNum,
    pub until: Option<FieldNum>,
    pub by: Vec<Path>,
}

#[derive(Clone, Debug)]
pub enum Measure {
    Records(RecordMeasure),
    /// Σa / Σb, in percent.
    Ratio(String, String),
    /// a − b.
    Gap(String, String),
    /// Base units whose figure is at least one.
    ReportingUnits(String),
    BaseUnits,
}

#[derive(Clone, Debug)]
pub struct Indicator {
    pub code: String,
    pub num: u16,
    pub label: Words,
    pub help: Words,
    pub unit: String,
    pub measure: Measure,
    pub time: TimeKind,
    /// Paths it can be split by, as in the source: `form`, `trainees.trade`.
    pub by: Vec<String>,
    pub shown: bool,
    pub task: String,
}

impl Indicator {
    pub fn measure_name(&self) -> &'static str {
        match &self.measure {
            Measure::Records(records) => match records.count {
                Count::Records => "count",
                Count::Sum(_) => "sum",
                Count::Distinct { .. } => "distinct",
                Count::Net { .. } => "net",
            },
            Measure::Ratio(..) => "ratio",
            Measure::Gap(..) => "gap",
            Measure::ReportingUnits(_) | Measure::BaseUnits => "count",
        }
    }

    pub fn is_distinct(&self) -> bool {
        matches!(&self.measure, Measure::Records(RecordMeasure { count: Count::Distinct { .. }, .. }))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub indicator: String,
    pub period: String,
    pub calendar: String,
    /// Code of list `target_source`.
    pub source: String,
    /// Least for each base unit; a merged unit keeps the sum of its predecessors' shares.
    pub per_unit: Option<i64>,
    /// For the unit as a whole: the province when `unit` is absent.
    pub total: Option<i64>,
    pub unit: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CatalogueHead {
    pub version: u32,
    #[expect(dead_code, reason = "tells readers of the file when it was released")]
    pub released: Day,
    pub province: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommonFile {
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IndicatorFile {
    #[serde(rename = "indicator")]
    pub indicators: Vec<IndicatorSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CriteriaFile {
    #[serde(rename = "set")]
    pub sets: Vec<CriteriaSet>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CalendarFile {
    pub id: String,
    pub label: Words,
    #[serde(default)]
    #[expect(dead_code, reason = "tells readers of the file where the rows come from")]
    pub source: String,
    pub generate: Generate,
    pub due_after_days: i32,
    #[serde(default, rename = "row")]
    pub rows: Vec<Period>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitFile {
    pub units: Vec<Unit>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineageFile {
    pub links: Vec<Link>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TargetFile {
    #[serde(rename = "target")]
    pub targets: Vec<Target>,
}
