//! Fills a hub with a province, through the programs that communes use.
//!
//! `sohoi-demo --hub-data DIR --sohoi BIN --hub BIN --home DIR`: the hub in `--hub-data` is made and
//! not served; the registers of the communes are made under `--home`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use sohoi_testkit::demo::{self, Demo};

const USAGE: &str = "sohoi-demo --hub-data DIR --sohoi BIN --hub BIN --home DIR";

fn main() -> ExitCode {
    let Some(demo) = read(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    demo::fill(&demo);
    ExitCode::SUCCESS
}

fn read(words: impl Iterator<Item = String>) -> Option<Demo> {
    let words: Vec<String> = words.collect();
    let pairs = words.chunks(2).map(|pair| Some((pair.first()?.as_str(), PathBuf::from(pair.get(1)?))));
    let mut given = pairs.collect::<Option<BTreeMap<_, _>>>()?;
    Some(Demo {
        hub_data: given.remove("--hub-data")?,
        sohoi: given.remove("--sohoi")?,
        hub: given.remove("--hub")?,
        home: given.remove("--home")?,
    })
}
