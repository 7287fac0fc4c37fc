//! Conditions of the catalogue: CEL expressions over one record.

use std::sync::{Arc, LazyLock};

use cel::common::traits::Indexer;
use cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelNull, CelString, MAP_TYPE, Type};
use cel::common::value::{CowVal, Val};
use cel::{Context, Env, ExecutionError, Program, Value as Cel};

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

/// What every expression can call.
static ROOT: LazyLock<Context<'static, 'static>> = LazyLock::new(|| {
    let mut root = Context::with_env(Arc::new(Env::stdlib()));
    add_functions(&mut root);
    root
});

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
        self.run(facts, Some(Row { known: &kind_lines.columns, values: line }))
    }

    fn run<'a>(&self, facts: &RuleInput<'a>, line: Option<Row<'a>>) -> Result<bool, RuleError> {
        let answer = match line {
            None => self.program.execute(&facts.0),
            Some(line) => {
                let mut of_line = facts.0.new_inner_scope();
                of_line.add_variable_as_val("l", Box::new(line));
                self.program.execute(&of_line)
            }
        };
        match answer {
            Ok(Cel::Bool(answer)) => Ok(answer),
            Ok(other) => Err(RuleError::NoAnswer(format!("not a truth value but {:?}", other.type_of()))),
            // The message could quote a value, so only its kind is told.
            Err(ExecutionError::NoSuchKey(key)) => Err(RuleError::UnknownName(key.to_string())),
            Err(_) => Err(RuleError::NoAnswer("it compares what cannot be compared".to_string())),
        }
    }
}

/// A record as expressions see it. Nothing of it is made before an expression asks for it: most read one field or
/// two of twenty.
pub struct RuleInput<'a>(Context<'a, 'a>);

impl<'a> RuleInput<'a> {
    pub fn new(kind: &'a Kind, fields: &'a Fields) -> RuleInput<'a> {
        let root: &'a Context<'a, 'a> = &ROOT;
        let mut context = root.new_inner_scope();
        context.add_variable_as_val("r", Box::new(Row { known: &kind.fields, values: fields }));
        RuleInput(context)
    }
}

/// A record, or one line of it: field id → value.
#[derive(Clone, Copy, Debug)]
struct Row<'a> {
    known: &'a [Field],
    values: &'a Fields,
}

impl Val for Row<'_> {
    fn get_type(&self) -> &Type {
        <Self as Val>::cel_type()
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(*self)
    }
}

impl Indexer for Row<'_> {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let id = key.downcast_ref::<CelString>().map(|id| id.inner());
        let field = self.known.iter().find(|field| Some(field.id.as_str()) == id);
        let field =
            field.ok_or_else(|| ExecutionError::NoSuchKey(Arc::new(id.unwrap_or_default().to_string())))?;
        Ok(CowVal::Owned(field_value(field, self.values.get(&field.num))))
    }

    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(key).map(CowVal::into_owned)
    }
}

fn field_value<'v>(field: &'v Field, value: Option<&'v Value>) -> Box<dyn Val + 'v> {
    match value {
        None if matches!(field.field_type, FieldType::Codes | FieldType::Lines | FieldType::Photos) => {
            list(Vec::new())
        }
        None => Box::new(CelNull),
        Some(Value::Text(text) | Value::Code(text)) => string(text),
        Some(Value::Int(n)) if field.field_type == FieldType::Decimal => {
            Box::new(CelDouble::from(*n as f64 / 10_f64.powi(i32::from(field.scale))))
        }
        Some(Value::Int(n)) => Box::new(CelInt::from(*n)),
        Some(Value::Day(day)) => owned(day.to_string()),
        Some(Value::Bool(b)) => Box::new(CelBool::from(*b)),
        Some(Value::Codes(codes)) => list(codes.iter().map(|code| string(code)).collect()),
        Some(Value::Ref(id)) => owned(id.to_string()),
        Some(Value::Lines(lines)) => list(
            lines
                .iter()
                .map(|line| Box::new(Row { known: &field.columns, values: line }) as Box<dyn Val>)
                .collect(),
        ),
        Some(Value::Pseudonym(n)) => owned(format!("{n:016x}")),
    }
}

fn string(text: &str) -> Box<dyn Val + '_> {
    Box::new(CelString::from(text))
}

fn owned(text: String) -> Box<dyn Val> {
    Box::new(CelString::from(text))
}

fn list<'v>(values: Vec<Box<dyn Val + 'v>>) -> Box<dyn Val + 'v> {
    Box::new(CelList::from(values))
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
