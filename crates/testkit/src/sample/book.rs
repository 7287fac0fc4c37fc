//! Whose sample it is, what it aims at, and what lies half written on the desk.

use serde_json::{Value, json};

pub const BRANCHES: [(&str, i64); 6] =
    [("Đồi Chè", 74), ("Bến Đò", 66), ("Cây Gạo", 58), ("Suối Mát", 52), ("Đồng Giữa", 81), ("Nà Lúa", 45)];

/// No commune is called so, and none has the code; see `crates/app/src/sample`.
pub fn head() -> Value {
    json!({
        "unit": "Xã Mẫu",
        "parent": "Tỉnh Mẫu",
        "officer": "Cán bộ Hội xã Mẫu",
        "targets": {
            "TT01": 30, "DH01": 6, "GD01": 14, "GN01": 4, "DN01": 30, "KN01": 5, "NH01": 3, "HB01": 10, "HV01": 12,
        },
        "draft": {
            "kind": "propaganda_activity",
            "fields": {
                "title": "Truyền thông phòng, chống bạo lực gia đình tại thôn Nà Lúa",
                "topic": "bao_luc_gia_dinh",
                "form": "hop_chi_hoi",
                "held_on": 0,
            },
        },
    })
}
