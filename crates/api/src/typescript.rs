//! The same types for the UI, made from these; a test fails when the file there is not this text.

use std::collections::{BTreeMap, BTreeSet};

use ts_rs::{Config, TS};

use crate::dto::app::*;
use crate::dto::book::*;
use crate::dto::bulletin::*;
use crate::dto::catalogue::*;
use crate::dto::checklist::*;
use crate::dto::conflict::*;
use crate::dto::connected::*;
use crate::dto::figure::*;
use crate::dto::period::*;
use crate::dto::photo::*;
use crate::dto::record::*;
use crate::dto::sync::*;
use crate::dto::table::*;
use crate::dto::undo::*;
use crate::dto::{Answered, Asked, ErrorBody, Nothing, Words};
use crate::{CODES, MOST_TOGETHER, command_types};

macro_rules! declarations {
    ($config:expr; $($name:ty),+ $(,)?) => {
        vec![$((<$name as TS>::name($config), <$name as TS>::decl($config))),+]
    };
}

const MADE: &str =
    "// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.\n\n";
/// What a field's value is in JSON; no type here has its name.
const VALUES: &str = "export type FieldValue = string | number | boolean | null | string[] | LineValue[];\n\
    export type LineValue = { [column: string]: string | number | boolean | null };\n\n";

type Declared = Vec<(String, String)>;

// One file a noun, as the modules of `dto` are.
fn nouns(config: &Config) -> Vec<(&'static str, Declared)> {
    vec![
        (
            "app",
            declarations![config;
                Nothing, Words, ErrorBody, Asked, Answered, AppState, RegisterState, ClockDoubt, ClockDto, ClockSetReq, UnitDto, UnitListReq, RegisterCreateReq, RegisterCreateRes, UnlockReq, RecoverReq, PinChangeReq,
                RecoveryNewReq, PairShowReq, PairShowRes, PairJoinReq, SettingsDto, HomeReq, HomeRes, LostSavesDto, KindCount, VerifyRes,
                FaultDto, SampleDto, SampleOpenReq, SampleStepReq, SupportSaveReq, SupportSaveRes,
            ],
        ),
        (
            "catalogue",
            declarations![config;
                CatalogueRes, KindDto, FieldTypeDto, FieldDto, ListDto, ListItemDto, IndicatorDto, DimensionDto,
                CalendarDto, CriteriaSetDto, PeriodDto, PeriodListReq, PeriodListRes, UnitMode, FiguresReq,
                FiguresRes, FigureDto, FigureParts, FiguresByPlaceReq, FiguresByPlaceRes, PlaceFiguresDto,
            ],
        ),
        (
            "record",
            declarations![config;
                RecordListReq, FilterDto, FilterOpDto, RecordListRes, RecordRowDto, RecordIdReq, RecordDto, RecordCheckReq,
                RecordCheckRes, IssueLevel, IssueDto, RecordSaveReq, RecordSaveRes, FollowedDto, RecordEraseReq, RecordMergeReq, RecordNameDto,
                RecordHistoryRes, LinkDto, LinkHow, ChangeOpDto, ChangeDto, FieldChangeDto, MissingDto, MissingWhy,
                TableCheckReq, TableCheckRes, TableSaveReq, TableSaveRes,
                RecordConnectedReq, RecordConnectedRes, ConnectedKindDto, StateDto,
                BookReq, BookRes, BookRowDto, BookPlaceDto, TallyDto, AgeDto,
                ChecklistPlacesReq, ChecklistPlacesRes, ChecklistPlaceDto, ChecklistReq, ChecklistRes, ChecklistRowDto,
                AssessmentDto, ConflictListRes, ConflictDto, ConflictAbout, ConflictSideDto, ConflictResolveReq, DraftDto,
                DraftSaveReq, DraftListRes, DraftDiscardReq, PhotoAddReq, PhotoShowReq, PhotoDto, PhotoPlaceDto,
            ],
        ),
        (
            "undo",
            declarations![config;
                ActionDto, UndoItemDto, UndoStateRes, UndoReq, UndoRes, BinListReq, BinListRes, BinRowDto, ViewDto, ViewsDto,
            ],
        ),
        (
            "period",
            declarations![config;
                PeriodStateName, PeriodStateDto, PeriodStatesReq, PeriodStatesRes, PeriodsListedReq, PeriodReq,
                PeriodSubmitReq, PeriodClosedRes, PeriodClosedDto, ChecklistDto, CheckLineDto,
                CheckNameDto, SubmissionDto, AmendmentDto, AmendedHow, ChangedRecordDto, PeriodClosingRes,
            ],
        ),
        (
            "sync",
            declarations![config;
                EnrolReq, EnrolRes, SyncOutcome, SyncStatusRes, ReceiptDto, SyncRes, MovedDto, SyncProgress,
                SyncWaitingRes, WaitingKindDto, SyncHistoryReq, SyncHistoryRes, SyncRunDto, RunStickDto, BundlePlacesReq,
                BundlePlacesRes, StickDto, AnswerFileDto, BundleOutReq, BundleOutRes, BundleInReq,
                BulletinKindDto, BulletinListReq, BulletinListRes, BulletinDto, RecordSaidRes, WordAnswerDto,
                WordAnswerReq,
            ],
        ),
    ]
}

/// Every file of types under `ui/src/api` by its name, and what it holds: one a noun, and `generated.ts`, which
/// the pages import, with all of them and the commands.
pub fn typescript() -> Vec<(String, String)> {
    let config = Config::default();
    let nouns = nouns(&config);
    let homes: BTreeMap<&str, &str> = nouns
        .iter()
        .flat_map(|(noun, declared)| declared.iter().map(|(name, _)| (name.as_str(), *noun)))
        .chain([("FieldValue", "record"), ("LineValue", "record")])
        .collect();
    let file = |(noun, declared): &(&str, Declared)| {
        let mut declared: Vec<&str> = declared.iter().map(|(_, declaration)| declaration.as_str()).collect();
        declared.sort_unstable();
        let values = if *noun == "record" { VALUES } else { "" };
        let exports: String = declared.iter().map(|one| format!("export {one}\n\n")).collect();
        (format!("types/{noun}.ts"), format!("{MADE}{}{values}{exports}", imports(&exports, &homes, noun)))
    };
    let mut files: Vec<(String, String)> = nouns.iter().map(file).collect();
    let commands: String = command_types(&config)
        .into_iter()
        .map(|(name, request, response)| format!("  {name}: {{ req: {request}; res: {response} }};\n"))
        .collect();
    let all: String = nouns.iter().map(|(noun, _)| format!("export * from \"./types/{noun}\";\n")).collect();
    let imports = imports(&commands, &homes, "");
    files.push((
        "generated.ts".into(),
        format!(
            "{MADE}{imports}{all}\n/** So many commands go in one request at most. */\nexport const MOST_TOGETHER = {MOST_TOGETHER};\n\nexport interface Commands {{\n{commands}}}\n"
        ),
    ));
    files
}

// The types of other files that a text names.
fn imports(text: &str, homes: &BTreeMap<&str, &str>, own: &str) -> String {
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
        if let Some(home) = homes.get(word).filter(|home| **home != own) {
            wanted.entry(home).or_default().insert(word);
        }
    }
    let folder = if own.is_empty() { "./types" } else { "." };
    let line = |(home, names): (&str, BTreeSet<&str>)| {
        let names = names.into_iter().collect::<Vec<_>>().join(",\n  ");
        format!("import type {{\n  {names},\n}} from \"{folder}/{home}\";\n")
    };
    let lines: String = wanted.into_iter().map(line).collect();
    if lines.is_empty() { lines } else { lines + "\n" }
}

/// The whole of `ui/src/api/codes.ts`: what the tables of words must have an entry for.
pub fn typescript_codes() -> String {
    let issues = sohoi_domain::record::IssueCode::ALL.iter().map(|code| code.code());
    format!("{MADE}{}\n{}", list("error", "Error", CODES.iter().copied()), list("issue", "Issue", issues))
}

fn list(name: &str, type_name: &str, codes: impl Iterator<Item = &'static str>) -> String {
    let lines: String = codes.map(|code| format!("  \"{code}\",\n")).collect();
    let array = format!("{name}Codes");
    format!(
        "export const {array} = [\n{lines}] as const;\n\nexport type {type_name}Code = (typeof {array})[number];\n"
    )
}
