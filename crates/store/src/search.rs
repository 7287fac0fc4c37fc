//! Full-text search: what is indexed of a record, and what a typed text asks for.

use rusqlite::{Connection, named_params};
use sohoi_domain::catalogue::{Catalogue, Field, FieldType, Kind};
use sohoi_domain::change::RecordState;
use sohoi_domain::submission::is_own;
use sohoi_domain::{Day, Fields, KindNum, Value, text};

use crate::error::StoreError;

/// The words of one record, as they are given to the index and taken out of it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doc {
    pub row: i64,
    pub folded: String,
    /// Those that have marks, with them, in lower case.
    pub marked: String,
    pub kind: String,
}

// Days may lie before 1970; 1600 is before all of them.
const DAY_OFFSET: i64 = 135_140;
// A record's row id: twelve bits of the device's short number, 32 of the running number.
const ID_BITS: u32 = 44;

/// The record's id below its day, so that the newest day comes first without sorting; no day comes last.
pub(crate) fn row_of(record: i64, day: Option<Day>) -> i64 {
    day_floor(day) | record
}

fn day_floor(day: Option<Day>) -> i64 {
    let number = day.map_or(0, |day| (i64::from(day.number()) + DAY_OFFSET).clamp(1, (1 << 18) - 1));
    number << ID_BITS
}

/// The record's id of a row.
pub(crate) fn record_of(row: i64) -> i64 {
    row & ID_MASK
}

pub(crate) const ID_MASK: i64 = (1 << ID_BITS) - 1;

/// First and last row of the days.
pub(crate) fn rows_of(days: (Day, Day)) -> (i64, i64) {
    (day_floor(Some(days.0)), day_floor(Some(days.1)) | ID_MASK)
}

impl Doc {
    /// None for an erased record, and for what is the program's own: it is told on pages of its own.
    pub fn of(catalogue: &Catalogue, record: i64, state: &RecordState, day: Option<Day>) -> Option<Doc> {
        if state.erased || is_own(state.kind) {
            return None;
        }
        let kind = catalogue.kind_by_num(state.kind);
        let mut words = Collected::default();
        words.number(&state.id.short_code());
        words.fields(kind.map_or(&[], |kind: &Kind| &kind.fields), &state.fields);
        Some(Doc {
            row: row_of(record, day),
            folded: words.folded,
            marked: words.marked,
            kind: kind_word(state.kind),
        })
    }

    pub fn insert(&self, conn: &Connection) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO record_search (rowid, folded, marked, kind) VALUES (:row, :folded, :marked, :kind)";
        self.run(conn, sql)
    }

    pub fn delete(&self, conn: &Connection) -> Result<(), StoreError> {
        let sql = "INSERT INTO record_search (record_search, rowid, folded, marked, kind)
                   VALUES ('delete', :row, :folded, :marked, :kind)";
        self.run(conn, sql)
    }

    fn run(&self, conn: &Connection, sql: &str) -> Result<(), StoreError> {
        conn.prepare_cached(sql)?.execute(named_params! {
            ":row": self.row,
            ":folded": self.folded,
            ":marked": self.marked,
            ":kind": self.kind,
        })?;
        Ok(())
    }
}

pub(crate) fn kind_word(kind: KindNum) -> String {
    format!("k{}", kind.0)
}

#[derive(Default)]
struct Collected {
    folded: String,
    marked: String,
}

impl Collected {
    fn number(&mut self, typed: &str) {
        push_all(&mut self.folded, text::fold_words(typed));
    }

    fn text(&mut self, typed: &str) {
        push_all(&mut self.folded, text::fold_words(typed));
        push_all(&mut self.marked, marked_words(typed).into_iter().filter(|word| has_marks(word)));
    }

    fn fields(&mut self, known: &[Field], fields: &Fields) {
        for (num, value) in fields {
            let field = known.iter().find(|field| field.num == *num);
            match value {
                Value::Text(typed) => self.text(typed),
                Value::Int(year) if field.is_some_and(|f| f.field_type == FieldType::Year) => {
                    self.number(&year.to_string());
                }
                // A personal day is a birth day: its year tells two women of one name apart.
                Value::Day(day) if field.is_some_and(Field::is_personal) => {
                    self.number(&day.year().to_string())
                }
                Value::Lines(lines) => {
                    let columns = field.map_or(&[][..], |field| &field.columns);
                    lines.iter().for_each(|line| self.fields(columns, line));
                }
                Value::Int(_)
                | Value::Day(_)
                | Value::Bool(_)
                | Value::Code(_)
                | Value::Codes(_)
                | Value::Ref(_)
                | Value::Pseudonym(_) => {}
            }
        }
    }
}

fn has_marks(word: &str) -> bool {
    text::fold(word) != *word
}

fn push_all(to: &mut String, words: impl IntoIterator<Item = String>) {
    for word in words {
        if !to.is_empty() {
            to.push(' ');
        }
        to.push_str(&word);
    }
}

/// Words in lower case with their marks, one normal form.
fn marked_words(typed: &str) -> Vec<String> {
    let lower = text::nfc(&text::nfc(typed).to_lowercase());
    // Split as the folded words are: only letters, marks and digits make a word.
    lower
        .split(|c: char| !c.is_alphanumeric() && !text::fold(&c.to_string()).is_empty())
        .filter(|word| !word.is_empty())
        .map(str::to_string)
        .collect()
}

/// What a typed text asks for.
pub(crate) struct Ask {
    /// All words by prefix, folded.
    pub folded: Words,
    /// The same as they are: who types Lan means Lan before Lanh.
    pub whole: Words,
    /// Words with marks as she typed them, the others folded; none when she typed no marks.
    pub exact: Option<Words>,
}

/// Words that a record must all have, or words that begin so, and the kind that it must be of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    folded: Vec<String>,
    marked: Vec<String>,
    kind: Option<String>,
    is_whole: bool,
}

impl Ask {
    /// None when there is no word in the text.
    pub fn of(typed: &str, kind: Option<KindNum>) -> Option<Ask> {
        let folded = text::fold_words(typed);
        if folded.is_empty() {
            return None;
        }
        let kind = kind.map(kind_word);
        let marked: Vec<String> = marked_words(typed).into_iter().filter(|word| has_marks(word)).collect();
        let plain = folded.iter().filter(|word| !marked.iter().any(|m| text::fold(m) == **word));
        let plain = plain.cloned().collect();
        let exact = (!marked.is_empty()).then(|| Words {
            folded: plain,
            marked,
            kind: kind.clone(),
            is_whole: false,
        });
        let whole = Words { folded, is_whole: true, kind, ..Words::default() };
        Some(Ask { folded: Words { is_whole: false, ..whole.clone() }, whole, exact })
    }
}

impl Words {
    /// Words that a record must have as they are, folded. The index goes through fewer rows than for beginnings.
    pub fn whole(words: &[String], kind: KindNum) -> Words {
        Words { is_whole: true, ..Words::beginning(words, Some(kind)) }
    }

    /// Beginnings of words, folded.
    pub fn beginning(words: &[String], kind: Option<KindNum>) -> Words {
        Words { folded: words.to_vec(), kind: kind.map(kind_word), ..Words::default() }
    }

    /// As the index is asked for them.
    pub fn to_query(&self) -> String {
        // Words hold letters and digits only, so quotes need no escape.
        let end = if self.is_whole { "" } else { "*" };
        let folded = self.folded.iter().map(|word| format!("folded : \"{word}\"{end}"));
        let marked = self.marked.iter().map(|word| format!("marked : \"{word}\"{end}"));
        let kind = self.kind.iter().map(|kind| format!("kind : {kind}"));
        folded.chain(marked).chain(kind).collect::<Vec<_>>().join(" AND ")
    }

    /// What the index would say if it held this record.
    pub fn match_doc(&self, doc: &Doc) -> bool {
        let all = |asked: &[String], words: &str| {
            let is_one =
                |word: &str, asked: &str| word.starts_with(asked) && (!self.is_whole || word == asked);
            asked.iter().all(|asked| words.split(' ').any(|word| is_one(word, asked)))
        };
        all(&self.folded, &doc.folded)
            && all(&self.marked, &doc.marked)
            && self.kind.as_ref().is_none_or(|kind| *kind == doc.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_tells_its_record_and_later_days_are_higher() {
        let day = |text: &str| Some(text.parse::<Day>().expect("a day"));
        let rows = [None, day("1900-01-01"), day("1969-12-31"), day("2018-11-14"), day("2199-12-31")]
            .map(|d| row_of(ID_MASK - 7, d));
        assert!(rows.is_sorted_by(|a, b| a < b) && rows[0] > 0, "{rows:?}");
        assert!(rows.iter().all(|row| record_of(*row) == ID_MASK - 7));
    }

    #[test]
    fn marks_are_asked_for_only_when_they_were_typed() {
        let ask = Ask::of("Huế, 2018", Some(KindNum(3))).expect("words");
        assert_eq!(ask.folded.to_query(), r#"folded : "hue"* AND folded : "2018"* AND kind : k3"#);
        let exact = r#"folded : "2018"* AND marked : "huế"* AND kind : k3"#;
        assert_eq!(ask.exact.map(|words| words.to_query()).as_deref(), Some(exact));
        assert!(Ask::of("hue", None).expect("a word").exact.is_none());
        assert!(Ask::of(" \"*-( ", None).is_none());
    }

    #[test]
    fn decomposed_letters_give_the_same_words() {
        assert_eq!(marked_words("HUE\u{302}\u{301} Đa"), ["huế", "đa"]);
    }
}
