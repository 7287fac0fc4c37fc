//! The engines' story on SQLite, and what only a file can suffer.

use std::path::Path;
use std::sync::Arc;

use sohoi_domain::Catalogue;
use sohoi_domain::catalogue::Pack;
use sohoi_hub_db::{DbError, HubDb, SumQuery, story};
use sohoi_hub_db_sqlite::SqliteHub;

fn create(folder: &Path, catalogue: &Arc<Catalogue>) -> SqliteHub {
    SqliteHub::create(&folder.join("hub.db"), catalogue.clone()).expect("a new hub")
}

#[test]
fn sqlite_passes_the_story() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogue = Arc::new(Catalogue::embedded());
    story::run(&create(folder.path(), &catalogue), &catalogue);
}

#[test]
fn what_was_told_is_there_after_the_program_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogue = Arc::new(Catalogue::embedded());
    story::run(&create(folder.path(), &catalogue), &catalogue);
    let again = SqliteHub::open(&folder.path().join("hub.db"), catalogue).expect("the same file");
    assert_eq!(again.devices().expect("a read").len(), 3);
    assert_eq!(again.verify().expect("a replay").differences, []);
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("verify"))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "a replay leaves nothing behind");
}

#[test]
fn figures_follow_the_catalogue_that_the_program_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogue = Arc::new(Catalogue::embedded());
    story::run(&create(folder.path(), &catalogue), &catalogue);
    let newer = Arc::new(catalogue_that_adds_up_women());
    let hub = SqliteHub::open(&folder.path().join("hub.db"), newer.clone()).expect("the same file");
    assert_eq!(
        (people(&create(folder.path(), &newer), &newer), hub.verify().expect("a replay").differences),
        (0, vec![])
    );
    drop(hub);
    assert_eq!(people(&create(folder.path(), &catalogue), &catalogue), 50, "and back");
}

#[test]
fn a_program_that_does_not_know_what_was_published_does_not_take_the_figures_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogue = Arc::new(Catalogue::embedded());
    let newer = Arc::new(catalogue_that_adds_up_women());
    story::run(&create(folder.path(), &catalogue), &catalogue);
    let hub = create(folder.path(), &newer);
    story::publish_units(&hub, newer.version + 1);
    drop(hub);
    let older = SqliteHub::open(&folder.path().join("hub.db"), catalogue);
    assert!(matches!(older, Err(DbError::OtherCatalogue)));
    let hub = create(folder.path(), &newer);
    assert_eq!(people(&hub, &newer), 0, "they are as they were");
}

fn people(hub: &SqliteHub, catalogue: &Catalogue) -> i64 {
    let period = catalogue.calendar("union").and_then(|c| c.period("2019")).expect("a period");
    let num = catalogue.indicator("TT01P").expect("an indicator").num;
    let sums = hub.sums(&SumQuery { period, units: None }).expect("sums");
    sums.iter().filter(|sum| sum.indicator == num && sum.by.is_none()).map(|sum| sum.value).sum()
}

fn catalogue_that_adds_up_women() -> Catalogue {
    let pack = Pack::embedded();
    let change = |text: &str| text.replace("propaganda_activity.n_total", "propaganda_activity.n_women");
    let files = pack.files().map(|(path, text)| (path.to_string(), change(text))).collect();
    Catalogue::load(&Pack::new(files)).expect("it is as good")
}

#[test]
fn no_file_is_made_by_looking_for_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.db");
    let opened = SqliteHub::open(&path, Arc::new(Catalogue::embedded()));
    assert!(matches!(opened.err(), Some(DbError::NotInitialised)));
    assert!(!path.exists());
}

#[test]
fn a_file_that_is_no_database_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.db");
    let content = "not a database, whatever its name says ".repeat(100);
    std::fs::write(&path, &content).expect("a file");
    let opened = SqliteHub::open(&path, Arc::new(Catalogue::embedded()));
    assert!(matches!(opened.err(), Some(DbError::NotAHub)));
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), content);
}
