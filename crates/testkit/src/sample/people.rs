//! Branches, members and how their number changed.

use serde_json::{Value, json};

use super::Sample;
use super::book::BRANCHES;

const FAMILY: [&str; 8] = ["Nguyễn", "Trần", "Lê", "Hồ", "Phạm", "Hoàng", "Đặng", "Bùi"];
const MIDDLE: [&str; 5] = ["Thị", "Thị Thanh", "Thị Kim", "Thị Thu", "Thị Ngọc"];
const GIVEN: [&str; 24] = [
    "Lan", "Huệ", "Cúc", "Mai", "Đào", "Sen", "Hồng", "Liễu", "Trúc", "Quế", "Nhài", "Bưởi", "Cam", "Mận",
    "Lựu", "Na", "Thảo", "Ngân", "Hà", "Thủy", "Vân", "Tuyết", "Nguyệt", "Đượm",
];
pub const N_MEMBERS: usize = 64;

/// A name put together from common ones.
pub fn person(sample: &mut Sample) -> String {
    format!("{} {} {}", sample.pick(&FAMILY), sample.pick(&MIDDLE), sample.pick(&GIVEN))
}

pub fn branch(n: usize) -> String {
    format!("@b{}", n % BRANCHES.len() + 1)
}

pub fn hamlet(n: usize) -> String {
    format!("Thôn {}", BRANCHES[n % BRANCHES.len()].0)
}

pub fn branches(sample: &mut Sample) {
    for (n, (name, n_women)) in BRANCHES.iter().enumerate() {
        let fields = json!({
            "name": format!("Chi hội thôn {name}"),
            "hamlet": format!("Thôn {name}"),
            "founded_on": -3_400 - 90 * n as i64,
            "n_women_18": n_women,
        });
        sample.add_as(&format!("b{}", n + 1), "branch", fields);
    }
}

pub fn members(sample: &mut Sample) {
    for n in 0..N_MEMBERS {
        let joined_on = joined(n);
        let role = match n {
            0..6 => "chi_hoi_truong",
            6..12 => "chi_hoi_pho",
            _ => "hoi_vien",
        };
        let mut fields = json!({
            "full_name": person(sample),
            "birth_year": 1962 + sample.below(40),
            "sex": "female",
            "ethnicity": sample.pick(&["01", "01", "01", "04", "02"]),
            "education": sample.pick(&["tieu_hoc", "thcs", "thcs", "thpt", "thpt"]),
            "occupation": sample.pick(&["01", "01", "01", "06", "03"]),
            "joined_on": joined_on,
            "role": role,
            "status": "active",
            "branch": branch(n),
            "consent_on": joined_on.max(-330),
            "consent_form": "van_ban",
        });
        // As in every register: a paper that is still on its way.
        if n % 17 == 16 {
            strip(&mut fields, &["consent_on", "consent_form"]);
        }
        if n % 3 == 0 {
            fields["household"] = format!("@h{}", n / 3 % super::household::N_HOUSEHOLDS + 1).into();
        }
        if n % 8 == 3 {
            fields["core_member"] = true.into();
        }
        sample.add_as(&format!("m{}", n + 1), "member", fields);
    }
}

fn strip(fields: &mut Value, ids: &[&str]) {
    let fields = fields.as_object_mut().expect("a record is fields");
    fields.retain(|id, _| !ids.contains(&id.as_str()));
}

/// The last dozen came in the last year, one after the other.
fn joined(n: usize) -> i64 {
    match N_MEMBERS - n {
        newest @ 1..=14 => -(newest as i64) * 24 + 18,
        _ => -700 - 37 * n as i64,
    }
}

pub fn events(sample: &mut Sample) {
    for n in 0..N_MEMBERS {
        let happened_on = joined(n);
        let (event, happened_on) =
            if happened_on < -400 { ("opening", -690) } else { ("admitted", happened_on) };
        let age = sample.pick(&["a18_30", "a31_40", "a31_40", "a41_50", "a51_60"]);
        sample.add(
            "membership_event",
            json!({
                "member": format!("@m{}", n + 1),
                "event": event,
                "happened_on": happened_on,
                "age_band": age,
                "ethnic_minority": n % 5 > 2,
                "branch": branch(n),
            }),
        );
    }
    for (member, event, happened_on) in [(21, "moved_in", -150), (30, "moved_out", -64)] {
        let fields = json!({
            "member": format!("@m{member}"),
            "event": event,
            "happened_on": happened_on,
            "branch": branch(member - 1),
        });
        sample.add("membership_event", fields);
    }
}
