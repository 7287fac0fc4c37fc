//! Conditions of the catalogue: CEL expressions over one record.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use cel::{Context, Env, Program, Value as Cel};

use crate::catalogue::{Field, FieldType, Kind};
use crate::day::Day;
use crate::value::{Fields, Value};

/// A compiled expression. `r` is the record (`l` one line of it): field id → value, null when absent,
/// an empty list for absent codes and lines; dates are ISO strings.
#[derive(Clone)]
pub struct Rule {
    program: Arc<Program>,
    source: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("the expression cannot be read: {0}")]
    Syntax(String),
    #[error("the expression names {0}, which is not there")]
    UnknownName(String),
    #[error("the expression gave no answer: {0}")]
    NoAnswer(String),
}

static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

const FUNCTIONS: [&str; 3] = ["year", "sum", "days"];

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Rule").field(&self.source).finish()
    }
}

impl Rule {
    /// # Errors
    /// [`RuleError::Syntax`] when it is not CEL, [`RuleError::UnknownName`] when it uses another
    /// variable than `r` and `l`.
    pub fn compile(source: &str) -> Result<Rule, RuleError> {
        let program = Program::compile(source).map_err(|e| RuleError::Syntax(first_line(&e.to_string())))?;
        for name in program.references().variables() {
            if !matches!(name, "r" | "l") && !is_bound(source, name) {
                return Err(RuleError::UnknownName(name.to_string()));
            }
        }
        Ok(Rule { program: Arc::new(program), source: source.to_string() })
    }

    /// Field ids it reads of the record: what follows `r.`.
    pub fn fields_read(&self) -> Vec<String> {
        names_after(&self.source, "r.")
    }

    pub fn columns_read(&self) -> Vec<String> {
        names_after(&self.source, "l.")
    }

    /// # Errors
    /// [`RuleError::NoAnswer`] when the result is no truth value, as when null was compared.
    pub fn holds(&self, facts: &RuleInput) -> Result<bool, RuleError> {
        self.run(facts, None)
    }

    pub fn holds_for_line(
        &self,
        facts: &RuleInput,
        kind_lines: &Field,
        line: &Fields,
    ) -> Result<bool, RuleError> {
        self.run(facts, Some(line_value(kind_lines, line)))
    }

    fn run(&self, facts: &RuleInput, line: Option<Cel>) -> Result<bool, RuleError> {
        let answer = match line {
            None => self.program.execute(&facts.0),
            Some(line) => {
                let mut of_line = facts.0.new_inner_scope();
                of_line.add_variable_from_value("l", line);
                self.program.execute(&of_line)
            }
        };
        match answer {
            Ok(Cel::Bool(answer)) => Ok(answer),
            Ok(other) => Err(RuleError::NoAnswer(format!("not a truth value but {:?}", other.type_of()))),
            // The message could quote a value, so only its kind is told.
            Err(cel::ExecutionError::NoSuchKey(key)) => Err(RuleError::UnknownName(key.to_string())),
            Err(_) => Err(RuleError::NoAnswer("it compares what cannot be compared".to_string())),
        }
    }
}

/// A record as expressions see it; made once for all rules of its kind, because putting it together costs
/// more than a rule.
pub struct RuleInput(Context<'static, 'static>);

impl RuleInput {
    pub fn new(kind: &Kind, fields: &Fields) -> RuleInput {
        let map: HashMap<String, Cel> = kind
            .fields
            .iter()
            .map(|field| (field.id.clone(), field_value(field, fields.get(&field.num))))
            .collect();
        let mut context = Context::with_env(ENV.clone());
        add_functions(&mut context);
        context.add_variable_from_value("r", Cel::Map(map.into()));
        RuleInput(context)
    }
}

fn field_value(field: &Field, value: Option<&Value>) -> Cel {
    match value {
        None if matches!(field.field_type, FieldType::Codes | FieldType::Lines | FieldType::Photos) => {
            list(Vec::new())
        }
        None => Cel::Null,
        Some(Value::Text(text) | Value::Code(text)) => string(text),
        Some(Value::Int(n)) if field.field_type == FieldType::Decimal => {
            Cel::Float(*n as f64 / 10_f64.powi(i32::from(field.scale)))
        }
        Some(Value::Int(n)) => Cel::Int(*n),
        Some(Value::Day(day)) => string(&day.to_string()),
        Some(Value::Bool(b)) => Cel::Bool(*b),
        Some(Value::Codes(codes)) => list(codes.iter().map(|c| string(c)).collect()),
        Some(Value::Ref(id)) => string(&id.to_string()),
        Some(Value::Lines(lines)) => list(lines.iter().map(|line| line_value(field, line)).collect()),
        Some(Value::Pseudonym(n)) => string(&format!("{n:016x}")),
    }
}

fn line_value(field: &Field, line: &Fields) -> Cel {
    let map: HashMap<String, Cel> = field
        .columns
        .iter()
        .map(|column| (column.id.clone(), field_value(column, line.get(&column.num))))
        .collect();
    Cel::Map(map.into())
}

fn string(text: &str) -> Cel {
    Cel::String(Arc::new(text.to_string()))
}

fn list(values: Vec<Cel>) -> Cel {
    Cel::List(Arc::new(values))
}

fn add_functions(context: &mut Context) {
    let day = |text: &str| text.parse::<Day>().ok();
    let year = move |text: Arc<String>| day(&text).map_or(0, |d| i64::from(d.year()));
    let days = move |text: Arc<String>| day(&text).map_or(0, |d| i64::from(d.number()));
    let sum = |values: Arc<Vec<Cel>>| {
        values.iter().fold(0_i64, |total, v| match v {
            Cel::Int(n) => total.saturating_add(*n),
            _ => total,
        })
    };
    // The three names are ours alone, so adding them cannot clash with the standard library.
    let _ = context.add_function(FUNCTIONS[0], year);
    let _ = context.add_function(FUNCTIONS[1], sum);
    let _ = context.add_function(FUNCTIONS[2], days);
}

// A macro variable, as `t` in `r.trainees.all(t, …)`.
fn is_bound(source: &str, name: &str) -> bool {
    name.starts_with('@')
        || ["all", "exists", "exists_one", "map", "filter"]
            .iter()
            .any(|macro_name| source.contains(&format!(".{macro_name}({name},")))
}

fn names_after(source: &str, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in source.match_indices(prefix) {
        let before = source[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
            continue;
        }
        let rest = &source[at + prefix.len()..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        names.push(rest[..end].to_string());
    }
    names
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_string()
}
