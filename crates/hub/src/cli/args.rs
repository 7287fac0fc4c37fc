use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    Vi,
    En,
}

/// The central endpoint of a province. The administrator's password comes from SOHOI_HUB_PASSWORD.
#[derive(Debug, Parser)]
#[command(name = "sohoi-hub", version, arg_required_else_help = true)]
pub struct Args {
    /// Folder of the embedded database
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
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
    /// Make a hub for a province, keys included
    Init(Init),
    /// Answer until Ctrl-C
    Serve(Serve),
    /// A one-time enrolment file and its short code
    Enrol(Enrol),
    /// Devices that were enrolled
    #[command(subcommand)]
    Device(Device),
    /// Figures of the province or of one commune
    Figures(Figures),
    /// Targets of the province
    #[command(subcommand)]
    Target(Target),
    /// Replay every batch; check hashes, signatures, projections and the audit chain
    Verify,
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Debug, ClapArgs)]
pub struct Init {
    /// Code of the province
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    /// Day that picks the unit's version, YYYY-MM-DD; today when absent
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
    /// Name to sign in with
    #[arg(long, value_name = "NAME")]
    pub admin: String,
}

#[derive(Debug, ClapArgs)]
pub struct Serve {
    #[arg(long, default_value = "127.0.0.1:8484", value_name = "ADDRESS")]
    pub listen: String,
    /// Certificate chain in PEM
    #[arg(long, requires = "tls_key", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Its key in PEM
    #[arg(long, requires = "tls_cert", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct Enrol {
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
    /// Where the file goes; beside the hub's data when absent
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Address that communes reach the hub by; the last one that it served on when absent
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Certificates in PEM that communes may check the hub's against
    #[arg(long, value_name = "FILE")]
    pub root: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Device {
    List,
    /// Shut a device out; what it sent stays
    Revoke {
        id: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum As {
    Then,
    Now,
}

#[derive(Debug, ClapArgs)]
pub struct Figures {
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    #[arg(long)]
    pub period: String,
    #[arg(long, default_value = "nd09")]
    pub calendar: String,
    #[arg(long = "as", value_enum, default_value = "then")]
    pub mode: As,
    /// Each commune too
    #[arg(long)]
    pub by_unit: bool,
}

#[derive(Debug, Subcommand)]
pub enum Target {
    /// A list of targets in TOML or JSON; each replaces that of the same indicator, period and unit
    Set { file: PathBuf },
}
