use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    Vi,
    En,
}

/// One commune's register. Secrets come from SOHOI_PIN or the file that SOHOI_PIN_FILE names.
#[derive(Debug, Parser)]
#[command(name = "sohoi", version, arg_required_else_help = true)]
pub struct Args {
    /// Folder that holds everything; the window's own when absent
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// One JSON value a line on stdout, nothing else
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of what people read
    #[arg(long, global = true, value_enum, default_value = "vi")]
    pub lang: Lang,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a register, offline
    Init(Init),
    /// What can be recorded
    Kinds { kind: Option<String> },
    /// Records: add, get, list, edit, erase
    #[command(subcommand)]
    Record(Record),
    /// What several PCs wrote without knowing of each other: list, and resolve
    Conflicts {
        #[command(subcommand)]
        command: Option<Conflicts>,
    },
    /// Tie the register to a hub
    Enrol(Enrol),
    /// One click: push, pull, check
    Sync,
    /// A second PC of the commune: show this one's code, or join another's
    #[command(subcommand)]
    Pair(Pair),
    /// A sync by file: on a USB stick, or as an attachment
    #[command(subcommand)]
    Bundle(Bundle),
    /// What the province said, newest first
    Bulletins {
        #[arg(long, default_value = "100")]
        limit: u32,
    },
    /// What is known without a network
    Status,
    /// Figures of a period
    Figures(Figures),
    /// A reporting period: freeze and sign it, or list the state of each
    #[command(subcommand)]
    Period(Period),
    /// Replay the log against everything made from it
    Verify,
    /// Write an encrypted copy of the register
    Backup { file: PathBuf },
    /// Write a text file for support: versions, sizes, counts and codes. Without a PIN, or with a register that
    /// cannot be opened, it has no counts
    Support { folder: Option<PathBuf> },
}

#[derive(Debug, ClapArgs)]
pub struct Init {
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    /// Day that picks the unit's version, YYYY-MM-DD; today when absent
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub officer: String,
}

#[derive(Debug, Subcommand)]
pub enum Record {
    /// One JSON object, or one a line; each line is answered once it is on disk
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
    /// Set the given fields; null empties one
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
    /// Let one side stand; the decision travels to the other PCs
    Resolve {
        id: String,
        /// Field of the conflict; `record` when an edit met an erase
        field: String,
        #[arg(long, value_enum)]
        take: Take,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Take {
    Shown,
    /// The newest of those that wait
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
    /// All when absent
    #[arg(long)]
    pub limit: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub enum Pair {
    /// The code to read out to the other PC; whoever has it reads the commune's records
    Show,
    /// Take the code of the commune's first PC, from a file or stdin
    Join {
        #[arg(default_value = "-")]
        file: PathBuf,
    },
}

#[derive(Debug, ClapArgs)]
pub struct Enrol {
    /// The province's enrolment file
    #[arg(required_unless_present = "hub", conflicts_with_all = ["hub", "code"])]
    pub file: Option<PathBuf>,
    #[arg(long, requires = "code", value_name = "URL")]
    pub hub: Option<String>,
    #[arg(long, requires = "hub")]
    pub code: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Bundle {
    /// Write everything that the hub has not received; a folder gets a file with commune, date and number
    Out { file: PathBuf },
    /// Take the hub's answer
    In { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub enum Period {
    /// Freeze the figures and sign them; again after a change for an amendment. The next sync takes it along
    Submit {
        #[arg(value_name = "PERIOD")]
        period: String,
        #[arg(long, default_value = "union")]
        calendar: String,
        /// A word for the province, which reads it; no names of members
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Periods that have begun or were submitted, with their states
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
