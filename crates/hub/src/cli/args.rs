//! The command line's shape; its words come from the dictionaries.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Command, CommandFactory, Parser, Subcommand, ValueEnum};

use super::words::{Lang, Words};

#[derive(Parser)]
#[command(name = "sohoi-hub", version, disable_help_subcommand = true)]
pub struct Cli {
    #[arg(long, global = true, default_value = "sohoi-hub")]
    pub data: PathBuf,
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(long, global = true, value_enum, default_value = "vi")]
    pub lang: Lang,
    #[command(subcommand)]
    pub act: Act,
}

#[derive(Subcommand)]
pub enum Act {
    Init(InitArgs),
    Serve(ServeArgs),
    Enrol(EnrolArgs),
    Device {
        #[command(subcommand)]
        act: DeviceAct,
    },
    Bundle {
        #[command(subcommand)]
        act: BundleAct,
    },
    Figures(FiguresArgs),
    Target {
        #[command(subcommand)]
        act: TargetAct,
    },
    Catalogue {
        #[command(subcommand)]
        act: CatalogueAct,
    },
    Comment {
        #[command(subcommand)]
        act: CommentAct,
    },
    Period {
        #[command(subcommand)]
        act: PeriodAct,
    },
    Receipt(ReceiptArgs),
    User {
        #[command(subcommand)]
        act: UserAct,
    },
    Backup {
        #[arg(id = "backup_file", value_name = "FILE")]
        file: PathBuf,
    },
    Verify,
    Openapi,
}

#[derive(Subcommand)]
pub enum UserAct {
    List,
    Add {
        #[arg(id = "user_add_name", value_name = "NAME")]
        name: String,
        #[arg(long, id = "user_unit", value_name = "CODE")]
        unit: Option<String>,
    },
    Password {
        #[arg(id = "user_name", value_name = "NAME")]
        name: String,
    },
    Remove {
        #[arg(id = "user_remove_name", value_name = "NAME")]
        name: String,
    },
}

#[derive(Args)]
pub struct ReceiptArgs {
    #[arg(id = "receipt_number", value_name = "NUMBER")]
    pub number: String,
}

#[derive(Args)]
pub struct InitArgs {
    #[arg(long, id = "init_unit", value_name = "CODE")]
    pub unit: String,
    #[arg(long, id = "init_on", value_name = "DATE")]
    pub on: Option<String>,
    #[arg(long, id = "init_admin", value_name = "NAME")]
    pub admin: String,
}

#[derive(Args)]
pub struct ServeArgs {
    #[arg(long, id = "serve_listen", default_value = "127.0.0.1:8484", value_name = "ADDRESS")]
    pub listen: String,
    #[arg(long, id = "serve_tls_cert", requires = "serve_tls_key", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    #[arg(long, id = "serve_tls_key", requires = "serve_tls_cert", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    #[arg(long, id = "serve_per_address", default_value = "64", value_name = "NUMBER")]
    pub per_address: NonZeroUsize,
}

#[derive(Args)]
pub struct EnrolArgs {
    #[arg(long, id = "enrol_unit", value_name = "CODE")]
    pub unit: String,
    #[arg(long, id = "enrol_on", value_name = "DATE")]
    pub on: Option<String>,
    #[arg(long, id = "enrol_out", value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[arg(long, id = "enrol_url", value_name = "URL")]
    pub url: Option<String>,
    #[arg(long = "root", id = "enrol_root", value_name = "FILE")]
    pub roots: Vec<PathBuf>,
}

#[derive(Subcommand)]
pub enum DeviceAct {
    List,
    Revoke(RevokeArgs),
}

#[derive(Args)]
pub struct RevokeArgs {
    #[arg(id = "device_id", value_name = "ID")]
    pub id: String,
    #[arg(long, id = "device_successors")]
    pub successors: bool,
}

#[derive(Subcommand)]
pub enum BundleAct {
    Accept(BundleAcceptArgs),
}

#[derive(Args)]
pub struct BundleAcceptArgs {
    #[arg(id = "bundle_file", value_name = "FILE")]
    pub file: PathBuf,
    #[arg(long, id = "bundle_receipt", value_name = "OUT")]
    pub receipt: Option<PathBuf>,
}

#[derive(Args)]
pub struct FiguresArgs {
    #[arg(long, id = "figures_unit", value_name = "CODE")]
    pub unit: String,
    #[arg(long, id = "figures_period", value_name = "PERIOD")]
    pub period: String,
    #[arg(long, id = "figures_calendar", default_value = "union", value_name = "ID")]
    pub calendar: String,
    #[arg(long = "as", id = "figures_as", value_enum, default_value = "then")]
    pub units_as: UnitsAs,
    #[arg(long, id = "figures_by_unit")]
    pub by_unit: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UnitsAs {
    Then,
    Now,
}

#[derive(Subcommand)]
pub enum TargetAct {
    Set {
        #[arg(id = "target_file", value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Subcommand)]
pub enum CatalogueAct {
    Publish {
        #[arg(id = "catalogue_from", value_name = "FILE")]
        from: PathBuf,
    },
    Pack {
        #[arg(id = "catalogue_folder", value_name = "FOLDER")]
        folder: PathBuf,
        #[arg(long, id = "catalogue_out", value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Subcommand)]
pub enum CommentAct {
    Add(CommentArgs),
}

#[derive(Args)]
pub struct CommentArgs {
    #[arg(long = "text-file", id = "comment_text", value_name = "FILE")]
    pub text_file: PathBuf,
    #[arg(long, id = "comment_unit", value_name = "CODE")]
    pub unit: Option<String>,
    #[arg(long, id = "comment_on", value_name = "DATE", requires = "comment_unit")]
    pub on: Option<String>,
    #[arg(long, id = "comment_period", value_name = "PERIOD")]
    pub period: Option<String>,
    #[arg(long, id = "comment_calendar", default_value = "union", value_name = "ID")]
    pub calendar: String,
    #[arg(long, id = "comment_indicator", value_name = "CODE")]
    pub indicator: Option<String>,
    #[arg(long, id = "comment_record", value_name = "ID")]
    pub record: Option<String>,
    #[arg(long = "reply-to", id = "comment_reply_to", value_name = "NUMBER")]
    pub reply_to: Option<u64>,
    #[arg(long, id = "comment_account", value_name = "NAME")]
    pub account: Option<String>,
}

#[derive(Subcommand)]
pub enum PeriodAct {
    Accept(PeriodArgs),
    Return(PeriodArgs),
    List(PeriodListArgs),
}

#[derive(Args)]
pub struct PeriodListArgs {
    #[arg(long, id = "period_list_unit", value_name = "CODE")]
    pub unit: String,
    #[arg(long, id = "period_list_on", value_name = "DATE")]
    pub on: Option<String>,
}

#[derive(Args)]
pub struct PeriodArgs {
    #[arg(id = "period_period", value_name = "PERIOD")]
    pub period: String,
    #[arg(long, id = "period_unit", value_name = "CODE")]
    pub unit: String,
    #[arg(long, id = "period_on", value_name = "DATE")]
    pub on: Option<String>,
    #[arg(long, id = "period_calendar", default_value = "union", value_name = "ID")]
    pub calendar: String,
    #[arg(long = "note-file", id = "period_note", value_name = "FILE")]
    pub note_file: Option<PathBuf>,
    #[arg(long, id = "period_digest", value_name = "DIGEST")]
    pub digest: Option<String>,
    #[arg(long, id = "period_account", value_name = "NAME")]
    pub account: Option<String>,
}

/// The command with its help in one language. An argument's id is the key of its words.
pub fn command(words: &Words) -> Command {
    explain(Cli::command(), "", words).about(words.help("about"))
}

fn explain(command: Command, prefix: &str, words: &Words) -> Command {
    let command = command.mut_args(|arg| {
        let help = words.help(arg.get_id().as_str());
        if help.is_empty() { arg } else { arg.help(help) }
    });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_string()).collect();
    names.into_iter().fold(command, |command, name| {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}_{name}") };
        command.mut_subcommand(name, |sub| explain(sub, &key, words).about(words.help(&key)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unexplained(command: &Command) -> Vec<String> {
        let args = command.get_arguments().filter(|a| a.get_help().is_none());
        let args = args.map(|a| a.get_id().to_string()).filter(|id| id != "help" && id != "version");
        let subs = command.get_subcommands().flat_map(|sub| {
            let own = sub.get_about().is_none_or(|about| about.to_string().is_empty());
            own.then(|| sub.get_name().to_string()).into_iter().chain(unexplained(sub))
        });
        args.chain(subs).collect()
    }

    #[test]
    fn every_command_and_argument_has_words() {
        for lang in [Lang::Vi, Lang::En] {
            let command = command(&Words::of(lang));
            assert_eq!(unexplained(&command), Vec::<String>::new());
            command.debug_assert();
        }
    }
}
