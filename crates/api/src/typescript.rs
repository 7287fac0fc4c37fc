//! The same types for the UI, made from these; a test fails when the file there is not this text.

use ts_rs::{Config, TS};

use crate::dto::app::*;
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

/// The whole of `ui/src/api/generated.ts`.
pub fn typescript() -> String {
    let config = Config::default();
    let mut declared = declarations![&config;
        Nothing, Words, ErrorBody,
        AppState, RegisterState, ClockDoubt, ClockDto, ClockSetReq, UnitDto, UnitListReq, RegisterCreateReq, RegisterCreateRes, UnlockReq, RecoverReq,
        PinChangeReq, PairShowReq, PairShowRes, PairJoinReq, SettingsDto, HomeReq, HomeRes, KindCount, VerifyRes,
        CatalogueRes, KindDto, FieldTypeDto, FieldDto, ListDto, ListItemDto, IndicatorDto, DimensionDto, CalendarDto,
        CriteriaSetDto,
        PeriodDto, PeriodListReq, PeriodListRes, UnitMode, FiguresReq, FiguresRes, FigureDto, FigureParts,
        RecordListReq, RecordListRes, RecordRowDto, RecordIdReq, RecordDto, RecordCheckReq, RecordCheckRes, IssueLevel,
        IssueDto, RecordSaveReq, RecordSaveRes, RecordEraseReq, RecordHistoryRes, ChangeOpDto, ChangeDto,
        FieldChangeDto, MissingDto, MissingWhy, ConflictListRes, ConflictDto, ConflictAbout, ConflictSideDto,
        ConflictResolveReq, DraftDto, DraftSaveReq, DraftListRes, DraftDiscardReq,
        EnrolReq, EnrolRes, SyncOutcome, SyncStatusRes, ReceiptDto, SyncRes, SyncProgress,
        BundleReq, BundleOutRes,
    ];
    declared.sort();
    let mut out = String::from(
        "// Made from crates/api by its tests; `SOHOI_BLESS=1 cargo test -p sohoi-api` writes it anew.\n\n\
         export type FieldValue = string | number | boolean | null | string[] | LineValue[];\n\
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
    out.push_str("}\n\nexport const errorCodes = [\n");
    CODES.iter().for_each(|code| out.push_str(&format!("  \"{code}\",\n")));
    out.push_str("] as const;\n\nexport type ErrorCode = (typeof errorCodes)[number];\n\nexport const issueCodes = [\n");
    for code in sohoi_domain::record::IssueCode::ALL {
        out.push_str(&format!("  \"{}\",\n", code.code()));
    }
    out.push_str("] as const;\n\nexport type IssueCode = (typeof issueCodes)[number];\n");
    out
}
