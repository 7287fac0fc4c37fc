//! The same types for the UI, made from these; a test fails when the file there is not this text.

use ts_rs::{Config, TS};

use crate::dto::app::*;
use crate::dto::bulletin::*;
use crate::dto::catalogue::*;
use crate::dto::conflict::*;
use crate::dto::figure::*;
use crate::dto::record::*;
use crate::dto::sync::*;
use crate::dto::{ErrorBody, Nothing, Words};
use crate::{CODES, command_types};

macro_rules! declarations {
    ($config:expr; $($name:ty),+ $(,)?) => {
        vec![$((<$name as TS>::name($config), <$name as TS>::decl($config))),+]
    };
}

const MADE: &str =
    "// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.\n\n";

/// The whole of `ui/src/api/generated.ts`: types and commands.
pub fn typescript() -> String {
    let config = Config::default();
    let mut declared = declarations![&config;
        Nothing, Words, ErrorBody,
        AppState, RegisterState, ClockDoubt, ClockDto, ClockSetReq, UnitDto, UnitListReq, RegisterCreateReq,
        RegisterCreateRes, UnlockReq, RecoverReq,
        PinChangeReq, PairShowReq, PairShowRes, PairJoinReq, SettingsDto, HomeReq, HomeRes, KindCount, VerifyRes,
        CatalogueRes, KindDto, FieldTypeDto, FieldDto, ListDto, ListItemDto, IndicatorDto, DimensionDto, CalendarDto,
        CriteriaSetDto,
        PeriodDto, PeriodListReq, PeriodListRes, UnitMode, FiguresReq, FiguresRes, FigureDto, FigureParts,
        RecordListReq, RecordListRes, RecordRowDto, RecordIdReq, RecordDto, RecordCheckReq, RecordCheckRes, IssueLevel,
        IssueDto, RecordSaveReq, RecordSaveRes, RecordEraseReq, RecordHistoryRes, ChangeOpDto, ChangeDto,
        FieldChangeDto, MissingDto, MissingWhy, ConflictListRes, ConflictDto, ConflictAbout, ConflictSideDto,
        ConflictResolveReq, DraftDto, DraftSaveReq, DraftListRes, DraftDiscardReq,
        EnrolReq, EnrolRes, SyncOutcome, SyncStatusRes, ReceiptDto, SyncRes, MovedDto, SyncProgress,
        BundlePlacesReq, BundlePlacesRes, StickDto, AnswerFileDto, BundleOutReq, BundleOutRes, BundleInReq,
        BulletinKindDto, BulletinListReq, BulletinListRes, BulletinDto,
    ];
    declared.sort();
    let mut out = String::from(MADE);
    out.push_str(
        "export type FieldValue = string | number | boolean | null | string[] | LineValue[];\n\
         export type LineValue = { [column: string]: string | number | boolean | null };\n\n",
    );
    for (_, declaration) in declared {
        out.push_str("export ");
        out.push_str(&declaration);
        out.push_str("\n\n");
    }
    out.push_str("export interface Commands {\n");
    for (name, request, response) in command_types(&config) {
        out.push_str(&format!("  {name}: {{ req: {request}; res: {response} }};\n"));
    }
    out.push_str("}\n");
    out
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
