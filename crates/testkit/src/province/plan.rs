//! What one commune does, step by step, and what its figures must be at the end.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sohoi_app::App;
use sohoi_app::record::UnitChoice;
use sohoi_domain::RecordId;
use sohoi_domain::unit::Unit;

use crate::Random;

/// One step. Records are named by the number of the step that made them; a field `"@7"` refers to one.
#[derive(Clone, Debug)]
pub enum Action {
    Add { kind: &'static str, fields: Map<String, Value> },
    Edit { made_by: usize, fields: Map<String, Value> },
    Erase { made_by: usize },
}

pub struct CommunePlan {
    pub unit: Unit,
    pub actions: Vec<Action>,
    /// Figures of 2018 in calendar `union`, by indicator; what is missing is 0.
    pub expected: BTreeMap<&'static str, i64>,
}

/// What the plan expects of an indicator.
pub fn value_of(plan: &CommunePlan, indicator: &str) -> i64 {
    plan.expected.get(indicator).copied().unwrap_or(0)
}

/// Does what the plan says in an open register.
///
/// # Panics
/// When the register refuses a step: a plan holds only good records.
pub fn fill(app: &App, plan: &CommunePlan) {
    let mut made: BTreeMap<usize, RecordId> = BTreeMap::new();
    for (step, action) in plan.actions.iter().enumerate() {
        match action {
            Action::Add { kind, fields } => {
                let fields = resolved(fields, &made);
                let saved = app.record_add(kind, &fields, &UnitChoice::Own, None);
                let saved = saved.unwrap_or_else(|e| panic!("{} step {step} {kind}: {e:?}", plan.unit.code));
                made.insert(step, saved.id);
            }
            Action::Edit { made_by, fields } => {
                let edited = app.record_edit(made[made_by], &resolved(fields, &made));
                edited.unwrap_or_else(|e| panic!("{} step {step}: {e:?}", plan.unit.code));
            }
            Action::Erase { made_by } => {
                let erased = app.record_erase(made[made_by], "ghi nhầm");
                erased.unwrap_or_else(|e| panic!("{} step {step}: {e:?}", plan.unit.code));
            }
        }
    }
}

fn resolved(fields: &Map<String, Value>, made: &BTreeMap<usize, RecordId>) -> Map<String, Value> {
    let resolve = |value: &Value| match value.as_str().and_then(|text| text.strip_prefix('@')) {
        Some(step) => json!(made[&step.parse::<usize>().expect("a step's number")].to_string()),
        None => value.clone(),
    };
    fields.iter().map(|(id, value)| (id.clone(), resolve(value))).collect()
}

/// Collects steps and expectations.
pub struct Builder {
    unit: Unit,
    pub random: Random,
    actions: Vec<Action>,
    expected: BTreeMap<&'static str, i64>,
    n_persons: u32,
}

/// Days around the closings: the first two and the last two lie in 2018 of `union`, of which 15/11 does not.
const EDGES: [&str; 2] = ["2017-12-15", "2018-11-14"];
pub const OUTSIDE: [&str; 2] = ["2017-12-14", "2018-11-15"];

impl Builder {
    pub fn new(unit: Unit, seed: u64) -> Builder {
        Builder {
            unit,
            random: Random::from_seed(seed ^ 0x50_48_4f_49),
            actions: Vec::new(),
            expected: BTreeMap::new(),
            n_persons: 0,
        }
    }

    pub fn unit_code(&self) -> &str {
        &self.unit.code
    }

    /// Adds a record and gives the number it can be referred to by.
    pub fn add(&mut self, kind: &'static str, fields: Value) -> usize {
        let Value::Object(fields) = fields else { panic!("a record is an object") };
        self.actions.push(Action::Add { kind, fields });
        self.actions.len() - 1
    }

    pub fn edit(&mut self, made_by: usize, fields: Value) {
        let Value::Object(fields) = fields else { panic!("a patch is an object") };
        self.actions.push(Action::Edit { made_by, fields });
    }

    pub fn erase(&mut self, made_by: usize) {
        self.actions.push(Action::Erase { made_by });
    }

    pub fn expect(&mut self, indicator: &'static str, value: i64) {
        *self.expected.entry(indicator).or_default() += value;
    }

    /// A day of the union's year 2018; the first two asked for are its first and last.
    pub fn day(&mut self, n: i64) -> String {
        if let Ok(edge) = usize::try_from(n)
            && let Some(day) = EDGES.get(edge)
        {
            return (*day).to_string();
        }
        let month = 1 + self.random.below(10);
        let day = 1 + self.random.below(28);
        format!("2018-{month:02}-{day:02}")
    }

    /// A name nobody bears, with the letters that break careless programs.
    pub fn person(&mut self) -> String {
        self.n_persons += 1;
        let family = ["Kăn", "Hồ Thị", "Đặng Thị", "Lê Thị", "A Viết Thị"][self.random.below(5) as usize];
        format!("{family} Mẫu {}", self.n_persons)
    }

    pub fn pick<'a>(&mut self, codes: &[&'a str]) -> &'a str {
        codes[self.random.below(codes.len() as u64) as usize]
    }

    pub fn finish(self) -> CommunePlan {
        CommunePlan { unit: self.unit, actions: self.actions, expected: self.expected }
    }
}

/// Makes the commune's register in `home`, records its year, and sends it all to the hub of `enrolment`.
///
/// # Panics
/// When any step is refused, or the hub has not signed for everything.
pub fn record_and_send(plan: &CommunePlan, home: &std::path::Path, enrolment: &std::path::Path) -> App {
    let app = App::new(home);
    let created = app.register_create(&sohoi_app::register::NewRegisterReq {
        unit_code: plan.unit.code.clone(),
        on: super::DAY_OF_UNITS.parse().ok(),
        officer: "Cán bộ Hội".to_string(),
        pin: crate::PIN.to_string(),
    });
    created.unwrap_or_else(|e| panic!("{}: {e:?}", plan.unit.code));
    fill(&app, plan);
    let file = std::fs::read_to_string(enrolment).expect("the enrolment file can be read");
    app.enrol(sohoi_app::sync::EnrolChoice::File(file))
        .unwrap_or_else(|e| panic!("{}: {e:?}", plan.unit.code));
    let report = app.sync(&|_| ()).unwrap_or_else(|e| panic!("{}: {e:?}", plan.unit.code));
    let sent = report.state == sohoi_app::sync::State::UpToDate && report.n_unsent == 0;
    assert!(sent, "{}: {report:?}", plan.unit.code);
    app
}
