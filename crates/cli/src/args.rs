//! The command line's shape; its words come from the dictionaries.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Command as Clap, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::words::Words;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    Vi,
    En,
}

#[derive(Debug, Parser)]
#[command(name = "sohoi", version, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Args {
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(long, global = true, value_enum, default_value = "vi")]
    pub lang: Lang,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Init(Init),
    Kinds {
        kind: Option<String>,
    },
    #[command(subcommand)]
    Record(Record),
    Conflicts {
        #[command(subcommand)]
        command: Option<Conflicts>,
    },
    Enrol(Enrol),
    Sync,
    #[command(subcommand)]
    Pair(Pair),
    #[command(subcommand)]
    Bundle(Bundle),
    Bulletins {
        #[arg(long, default_value = "100")]
        limit: u32,
    },
    Status,
    Figures(Figures),
    #[command(subcommand)]
    Period(Period),
    Verify,
    Backup {
        file: PathBuf,
    },
    Support {
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, ClapArgs)]
pub struct Init {
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub officer: String,
}

#[derive(Debug, Subcommand)]
pub enum Record {
    Add {
        kind: String,
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    Get {
        id: String,
    },
    History {
        id: String,
    },
    List(List),
    Edit {
        id: String,
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    Erase {
        id: String,
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Conflicts {
    Resolve {
        id: String,
        field: String,
        #[arg(long, value_enum)]
        take: Take,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Take {
    Shown,
    Waiting,
}

#[derive(Debug, ClapArgs)]
pub struct List {
    pub kind: Option<String>,
    #[arg(long)]
    pub period: Option<String>,
    #[arg(long, default_value = "union")]
    pub calendar: String,
    #[arg(long)]
    pub search: Option<String>,
    #[arg(long)]
    pub limit: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub enum Pair {
    Show,
    Join {
        #[arg(default_value = "-")]
        file: PathBuf,
    },
}

#[derive(Debug, ClapArgs)]
pub struct Enrol {
    #[arg(required_unless_present = "hub", conflicts_with_all = ["hub", "code"])]
    pub file: Option<PathBuf>,
    #[arg(long, requires = "code", value_name = "URL")]
    pub hub: Option<String>,
    #[arg(long, requires = "hub")]
    pub code: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Bundle {
    Out { file: PathBuf },
    In { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub enum Period {
    Submit {
        #[arg(value_name = "PERIOD")]
        period: String,
        #[arg(long, default_value = "union")]
        calendar: String,
        #[arg(long, default_value = "")]
        note: String,
    },
    List {
        #[arg(long, default_value = "union")]
        calendar: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum As {
    Then,
    Now,
}

#[derive(Debug, ClapArgs)]
pub struct Figures {
    #[arg(long)]
    pub period: String,
    #[arg(long, default_value = "union")]
    pub calendar: String,
    #[arg(long = "as", value_enum, default_value = "then")]
    pub mode: As,
    #[arg(long, value_name = "CODE", num_args = 1..)]
    pub indicator: Vec<String>,
}

/// The command with its help in one language. The key of an argument is its own, or that of its command and its own
/// where it means something else there.
pub fn command(words: &Words) -> Clap {
    explain(Args::command(), "", words).about(words.get("help.about").to_string())
}

fn explain(command: Clap, path: &str, words: &Words) -> Clap {
    let command = command.mut_args(|arg| {
        let own = words.find(&format!("help.{path}_{}", arg.get_id()));
        match own.or_else(|| words.find(&format!("help.{}", arg.get_id()))) {
            Some(help) => arg.help(help.to_string()),
            None => arg,
        }
    });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_string()).collect();
    names.into_iter().fold(command, |command, name| {
        let path = if path.is_empty() { name.clone() } else { format!("{path}_{name}") };
        // Where an argument has the name of a command, each has its own words.
        let about = words.find(&format!("help.{path}_about")).or_else(|| words.find(&format!("help.{path}")));
        let about = about.unwrap_or_default().to_string();
        command.mut_subcommand(name, |sub| explain(sub, &path, words).about(about))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unexplained(command: &Clap) -> Vec<String> {
        let args = command.get_arguments().filter(|arg| arg.get_help().is_none());
        let args = args.map(|arg| arg.get_id().to_string()).filter(|id| id != "help" && id != "version");
        let subs = command.get_subcommands().flat_map(|sub| {
            let own = sub.get_about().is_none_or(|about| about.to_string().is_empty());
            own.then(|| sub.get_name().to_string()).into_iter().chain(unexplained(sub))
        });
        args.chain(subs).collect()
    }

    #[test]
    fn every_command_and_argument_has_words() {
        for lang in [Lang::Vi, Lang::En] {
            let command = command(&Words::new(lang));
            assert_eq!(unexplained(&command), Vec::<String>::new());
            command.debug_assert();
        }
    }
}
