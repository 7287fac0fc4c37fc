//! Fills a hub with the province's year 2018, over HTTP as communes do.
//!
//! `sohoi-demo --hub-data DIR --hub BIN --home DIR`: the hub in `--hub-data` is made and not served; the
//! registers of the communes are made under `--home`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use sohoi_testkit::demo::{self, Demo};

const USAGE: &str = "sohoi-demo --hub-data DIR --hub BIN --home DIR";

fn main() -> ExitCode {
    let Some(demo) = read(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    demo::fill(&demo, &|n_done, n_communes| {
        if n_done % 19 == 0 || n_done == n_communes {
            println!("  {n_done} of {n_communes} communes");
        }
    });
    ExitCode::SUCCESS
}

fn read(words: impl Iterator<Item = String>) -> Option<Demo> {
    let words: Vec<String> = words.collect();
    let pairs = words.chunks(2).map(|pair| Some((pair.first()?.as_str(), PathBuf::from(pair.get(1)?))));
    let mut given = pairs.collect::<Option<BTreeMap<_, _>>>()?;
    Some(Demo {
        hub_data: given.remove("--hub-data")?,
        hub: given.remove("--hub")?,
        home: given.remove("--home")?,
    })
}
