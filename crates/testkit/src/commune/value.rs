//! Values by the type and the name of their field.

use sohoi_domain::catalogue::{Field, FieldType, Kind};
use sohoi_domain::{Fields, Value};

use super::{Pen, text};

impl Pen<'_> {
    pub(super) fn fields(&mut self, kind: &Kind) -> Fields {
        let mut fields = Fields::new();
        for field in &kind.fields {
            if self.is_filled(kind, field)
                && let Some(value) = self.value(kind, field)
            {
                fields.insert(field.num, value);
            }
        }
        fields
    }

    // What may be left out is left out by habit: some fields nearly always, some now and then.
    fn is_filled(&mut self, kind: &Kind, field: &Field) -> bool {
        if field.required || field.id == kind.date_field {
            return true;
        }
        let ends = ["ended_on", "closed_on", "dissolved_on", "withdrawn_on"];
        if ends.iter().any(|end| field.id.ends_with(end)) {
            return self.random.below(40) == 0;
        }
        let habit = u64::from(field.num.0).wrapping_mul(0x9e37_79b9) + u64::from(kind.num.0) * 7;
        let percent = match field.id.as_str() {
            "note" => 12,
            "task" | "programmes" | "document_ref" => 15,
            "given_name" | "role" | "revenue_vnd" => 4,
            "phone" | "card_number" | "birth_date" | "household" => 65,
            "branch" | "birth_year" | "sex" | "head_sex" | "ethnicity" | "amount_vnd" => 92,
            _ => [97, 85, 60, 30, 10][(habit >> 4) as usize % 5],
        };
        self.random.below(100) < percent
    }

    pub(super) fn value(&mut self, kind: &Kind, field: &Field) -> Option<Value> {
        Some(match field.field_type {
            FieldType::Text | FieldType::LongText => Value::Text(self.text(kind, field)),
            FieldType::Integer => Value::Int(self.count(field)),
            FieldType::Decimal => Value::Int(5 * (1 + self.random.below(200) as i64)),
            FieldType::Money => Value::Int(self.amount()),
            FieldType::Year => Value::Int(self.year(field)),
            FieldType::Date => Value::Day(self.day(field)),
            FieldType::Bool => Value::Bool(self.random.below(5) == 0),
            FieldType::Code => Value::Code(self.code(field)?),
            FieldType::Codes => {
                let n = 1 + self.random.below(2);
                let mut codes: Vec<String> = (0..n).filter_map(|_| self.code(field)).collect();
                codes.dedup();
                Value::Codes(codes)
            }
            FieldType::Ref => Value::Ref(self.reference(field)?),
            FieldType::Lines => self.lines(kind, field),
            FieldType::Photos | FieldType::Pseudonym => return None,
        })
    }

    fn text(&mut self, kind: &Kind, field: &Field) -> String {
        let is_person = field.is_personal() && field.id.ends_with("name")
            || matches!((kind.id.as_str(), field.id.as_str()), ("exemplar", "name") | (_, "donor"));
        match field.id.as_str() {
            _ if is_person => text::person(&mut self.random),
            "phone" => format!("09{:08}", self.random.below(100_000_000)),
            "card_number" => format!("{:06}", self.random.below(400_000)),
            "hamlet" => self.places[self.random.below(8) as usize].clone(),
            "place" | "agency" | "organiser" | "partner" | "buyer" | "owner" => {
                self.places[self.random.below(self.places.len() as u64) as usize].clone()
            }
            "document_ref" | "decision" | "poverty_decision" | "document" | "licence" => {
                text::document(&mut self.random)
            }
            "note" | "evidence" => text::sentence(&mut self.random, 12),
            _ => text::title(&mut self.random, &self.places),
        }
    }

    fn count(&mut self, field: &Field) -> i64 {
        let low = field.min.unwrap_or(0);
        let high = field.max.unwrap_or(i64::MAX).min(low.saturating_add(90));
        // Small numbers are commoner than large ones.
        let span = (high - low + 1) as u64;
        let drawn = self.random.below(span).min(self.random.below(span));
        low + drawn as i64
    }

    fn amount(&mut self) -> i64 {
        match self.random.below(3) {
            0 => 500_000 * (1 + self.random.below(10) as i64),
            1 => 1_000_000 * (1 + self.random.below(50) as i64),
            _ => 10_000 * (1 + self.random.below(2_000) as i64),
        }
    }

    fn year(&mut self, field: &Field) -> i64 {
        let this = i64::from(self.today().year());
        if field.id.contains("birth") { 1_950 + self.random.below(56) as i64 } else { this }
    }

    fn day(&mut self, field: &Field) -> sohoi_domain::Day {
        let today = self.today();
        match field.id.as_str() {
            "birth_date" => today.plus(-(7_000 + self.random.below(20_000) as i32)),
            "joined_on" | "founded_on" | "registered_on" | "consent_on" => {
                today.plus(-(self.random.below(3_000) as i32))
            }
            // Entered within some days of the event.
            _ => today.plus(-(self.random.below(15).min(self.random.below(15)) as i32)),
        }
    }

    fn code(&mut self, field: &Field) -> Option<String> {
        let items = &self.catalogue.list(field.list.as_deref()?)?.items;
        let n = items.len() as u64;
        // A list has its favourites.
        let at = self.random.below(n).min(self.random.below(n)).min(self.random.below(n));
        let favourite = u64::from(field.num.0) % n;
        let at = if self.random.below(2) == 0 { favourite } else { at };
        items.get(at as usize).map(|item| item.code.clone())
    }

    fn reference(&mut self, field: &Field) -> Option<sohoi_domain::RecordId> {
        let made = self.made_of(field.ref_kind.as_deref()?);
        let n = made.len() as u64;
        if n == 0 {
            return None;
        }
        let made = made.to_vec();
        // Mostly what was recorded lately; branches are few.
        let back = if self.random.below(3) == 0 { n } else { n.min(20) };
        let at = n - 1 - self.random.below(back);
        made.get(at as usize).copied()
    }

    fn lines(&mut self, kind: &Kind, field: &Field) -> Value {
        let n = match field.id.as_str() {
            "answers" => 8,
            "trainees" => 10 + self.random.below(20),
            _ => 1 + self.random.below(3),
        };
        let lines = (0..n).map(|i| {
            let mut line = Fields::new();
            for column in &field.columns {
                let value = match column.id.as_str() {
                    "criterion" => criterion(self, i),
                    "answer" if self.random.below(12) > 0 => Some(Value::Code("pass".to_owned())),
                    "note" if self.random.below(20) > 0 => None,
                    _ => self.value(kind, column),
                };
                line.extend(value.map(|value| (column.num, value)));
            }
            line
        });
        Value::Lines(lines.collect())
    }
}

fn criterion(pen: &Pen, i: u64) -> Option<Value> {
    let set = pen.catalogue.criteria_set("v2010_2014")?;
    set.criteria.get(i as usize).map(|code| Value::Code(code.clone()))
}
