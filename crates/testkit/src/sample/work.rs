//! What the branches did: activities, meetings, models and whatever else is recorded.

use serde_json::{Value, json};

use super::Sample;
use super::people::{branch, hamlet, person};

/// Title, topic, form.
const ACTIVITIES: [(&str, &str, &str); 14] = [
    ("Phổ biến Chỉ thị 21-CT/TW về công tác phụ nữ", "chinh_tri_tu_tuong", "hop_chi_hoi"),
    ("Nói chuyện truyền thống của Hội", "truyen_thong", "toa_dam"),
    ("Tập huấn kỹ năng nuôi dạy con theo độ tuổi", "gia_dinh", "tap_huan"),
    ("Truyền thông phòng, chống tảo hôn", "tao_hon", "truyen_thong_luu_dong"),
    ("Hướng dẫn phân loại rác tại nguồn", "moi_truong", "hop_chi_hoi"),
    ("Hội thi nấu ăn dinh dưỡng cho trẻ nhỏ", "suc_khoe", "hoi_thi"),
    ("Tập huấn chăn nuôi gà thả vườn", "kien_thuc_kinh_te", "tap_huan"),
    ("Phát thanh: quyền của phụ nữ trong gia đình", "binh_dang_gioi", "loa"),
    ("Sinh hoạt câu lạc bộ Gia đình hạnh phúc", "gia_dinh", "clb"),
    ("Hướng dẫn dùng dịch vụ công trực tuyến", "chuyen_doi_so", "tap_huan"),
    ("Tuyên truyền phòng, chống mua bán người", "mua_ban_nguoi", "truyen_thong_luu_dong"),
    ("Phổ biến Luật Phòng, chống bạo lực gia đình", "bao_luc_gia_dinh", "hop_chi_hoi"),
    ("Hội nghị an toàn thực phẩm cho tiểu thương chợ xã", "an_toan_thuc_pham", "hoi_nghi"),
    ("Ra mắt tổ truyền thông cộng đồng", "binh_dang_gioi", "hoi_nghi"),
];
const N_ACTIVITIES: usize = 46;

pub fn activities(sample: &mut Sample) {
    for n in 0..N_ACTIVITIES {
        let (title, topic, form) = ACTIVITIES[n % ACTIVITIES.len()];
        // Denser of late: the last days have some, and last year has fewer than this one.
        let days_ago = 1 + (n * 5 + n * n / 8) as i64;
        let mut fields = json!({
            "title": format!("{title}, {}", lower_first(&hamlet(n + n / 6))),
            "topic": topic,
            "form": form,
            "held_on": -days_ago,
            "audience": "hoi_vien",
            "branch": branch(n + n / 6),
        });
        if form != "loa" {
            let n_women = 18 + sample.below(32);
            fields["n_women"] = n_women.into();
            fields["n_total"] = (n_women + sample.below(12)).into();
        }
        sample.add("propaganda_activity", fields);
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

pub fn meetings(sample: &mut Sample) {
    for n in 0..24 {
        // One branch has not met lately, which the closing of a period shows.
        let which = n % 5;
        let n_members = 9 + sample.below(4);
        let fields = json!({
            "title": "Sinh hoạt chi hội định kỳ",
            "held_on": -4 - 17 * n as i64,
            "n_members": n_members,
            "n_attending": n_members - sample.below(4),
            "branch": branch(which),
        });
        sample.add("branch_meeting", fields);
    }
}

pub fn others(sample: &mut Sample) {
    for (kind, fields) in models().into_iter().chain(registered()).chain(economy()).chain(shared()) {
        sample.add(kind, fields);
    }
    trainings(sample);
    let ideas = [
        ("Chế biến mứt gừng", "che_bien", 24),
        ("Nuôi ong lấy mật", "chan_nuoi", 130),
        ("Quầy bún bánh sáng", "dich_vu", 210),
        ("May đo tại nhà", "thu_cong", 405),
    ];
    for (n, (idea, sector, days_ago)) in ideas.into_iter().enumerate() {
        let fields = json!({
            "full_name": person(sample),
            "birth_year": 1978 + sample.below(20),
            "idea": idea,
            "sector": sector,
            "support_type": if n == 1 { "vay_von" } else { "tu_van" },
            "amount_vnd": if n == 1 { 50_000_000 } else { 0 },
            "result": "hoat_dong",
            "supported_on": -days_ago,
            "branch": branch(n),
        });
        sample.add("startup_support", fields);
    }
}

type Row = (&'static str, Value);

fn models() -> Vec<Row> {
    let models = [
        ("Đoạn đường hoa phụ nữ tự quản", "doan_duong", 620, "maintained", 24),
        ("Đội dân vũ thôn Đồng Giữa", "van_nghe", 500, "maintained", 18),
        ("Đổi rác lấy cây xanh", "phan_loai_rac", 96, "new", 31),
        ("Tổ tiết kiệm giúp nhau làm kinh tế", "tiet_kiem", 830, "maintained", 20),
        ("Câu lạc bộ bóng chuyền hơi nữ", "the_thao", 41, "new", 14),
    ];
    let of = |(n, (name, field, days_ago, state, n_members)): (usize, (&str, &str, i64, &str, i64))| {
        let fields = json!({
            "name": name, "field": field, "started_on": -days_ago, "state": state, "n_members": n_members,
            "branch": branch(n),
        });
        ("model", fields)
    };
    models.into_iter().enumerate().map(of).collect()
}

fn registered() -> Vec<Row> {
    let works = [
        ("Trồng 300 cây xanh ven đường liên thôn", 300, 210, "cay", "doing", 75),
        ("Vận động 12 hộ làm nhà vệ sinh", 12, 12, "ho", "done", 150),
        ("Lắp 2 km đường điện thắp sáng đường quê", 2, 0, "km", "not_started", 20),
    ];
    let of = |(content, planned, done, unit, state, days_ago): (&str, i64, i64, &str, &str, i64)| {
        let mut fields = json!({
            "content": content, "programme": "nong_thon_moi", "registered_with": "ca_hai",
            "registered_on": -days_ago, "planned_quantity": planned, "done_quantity": done,
            "quantity_unit": unit, "state": state,
        });
        if state == "done" {
            fields["completed_on"] = (-30).into();
        }
        ("registered_work", fields)
    };
    let tasks = [
        ("Rà soát hội viên chưa có giấy đồng ý lưu thông tin", "12/KH-BTV", 26, 60, "doing"),
        ("Báo cáo kết quả thực hiện Chỉ thị 21-CT/TW", "18/CV-BTV", 9, 0, "not_started"),
    ];
    let task = |(text, document, days_ago, percent, state): (&str, &str, i64, i64, &str)| {
        let fields = json!({
            "document": document, "task_text": text, "assigned_on": -days_ago, "due_on": 21,
            "state": state, "progress_percent": percent,
        });
        ("plan_task", fields)
    };
    works.into_iter().map(of).chain(tasks.into_iter().map(task)).collect()
}

fn economy() -> Vec<Row> {
    let groups = [
        ("Tổ hợp tác trồng rau sạch Suối Mát", "cooperative_group", "trong_trot", 170, 9, 9),
        ("Tổ liên kết nuôi bò Đồi Chè", "linkage_group", "chan_nuoi", 60, 11, 10),
        ("Hợp tác xã chè xanh Đồi Chè", "cooperative", "che_bien", 900, 14, 12),
    ];
    let of = |(n, (name, group_type, sector, days_ago, n_members, n_women)): (
        usize,
        (&str, &str, &str, i64, i64, i64),
    )| {
        let mut fields = json!({
            "group_type": group_type, "name": name, "sector": sector, "founded_on": -days_ago,
            "n_members": n_members, "n_women": n_women, "women_led": true, "branch": branch(n),
        });
        if group_type == "cooperative_group" {
            fields["written_contract"] = true.into();
        }
        ("economic_group", fields)
    };
    let linkage = json!({
        "product": "Chè búp khô", "buyer": "Cửa hàng nông sản thị trấn", "quantity": 120, "quantity_unit": "kg",
        "value_vnd": 24_000_000, "linked_on": -48, "n_times": 1,
    });
    groups.into_iter().enumerate().map(of).chain([("market_linkage", linkage)]).collect()
}

fn shared() -> Vec<Row> {
    let exemplar = |name: &str, field: &str, stage: &str, days_ago: i64| {
        (
            "exemplar",
            json!({ "subject": "collective", "name": name, "field": field, "stage": stage, "recognised_on": -days_ago }),
        )
    };
    let money = |source: &str, purpose: &str, amount_vnd: i64, days_ago: i64| {
        (
            "resource_mobilisation",
            json!({ "mobilised_on": -days_ago, "source": source, "form": "cash", "purpose": purpose, "amount_vnd": amount_vnd }),
        )
    };
    let mediation = |topic: &str, n_cases: i64, n_settled: i64, days_ago: i64| {
        (
            "mediation",
            json!({ "held_on": -days_ago, "topic": topic, "n_cases": n_cases, "n_settled": n_settled }),
        )
    };
    vec![
        exemplar("Chi hội thôn Đồi Chè", "cong_tac_hoi", "tuyen_truyen", 37),
        exemplar("Tổ tiết kiệm thôn Bến Đò", "kinh_te", "gioi_thieu", 110),
        exemplar("Đội dân vũ thôn Đồng Giữa", "van_hoa", "xay_dung", 190),
        exemplar("Chi hội thôn Cây Gạo", "nong_thon_moi", "phat_hien", 420),
        money("doanh_nghiep", "hoc_bong", 12_000_000, 44),
        money("cong_dong", "nha_o", 18_500_000, 150),
        money("hoi_lhpn", "le_tet", 6_000_000, 290),
        mediation("hon_nhan_gia_dinh", 3, 2, 29),
        mediation("dat_dai", 1, 1, 133),
        mediation("lang_gieng", 2, 2, 240),
    ]
}

fn trainings(sample: &mut Sample) {
    for (class_name, trade, days_ago, n_listed) in [
        ("Lớp may công nghiệp", "may", 80, 6),
        ("Lớp kỹ thuật chăn nuôi gà", "chan_nuoi", 185, 8),
        ("Lớp nấu ăn", "nau_an", 440, 5),
    ] {
        let trainees: Vec<Value> = (0..n_listed)
            .map(|_| json!({ "full_name": person(sample), "birth_year": 1975 + sample.below(28), "sex": "female" }))
            .collect();
        let n_women_unnamed = 6 + sample.below(5) as usize;
        let n_women = n_listed + n_women_unnamed;
        let fields = json!({
            "class_name": class_name, "trade": trade, "level": "duoi_3_thang",
            "organiser": "Trung tâm giáo dục nghề nghiệp", "started_on": -days_ago, "ended_on": -days_ago + 28,
            "role": "coordinated", "n_total": n_women + 2, "n_women": n_women,
            "n_women_unnamed": n_women_unnamed, "trainees": trainees,
        });
        sample.add("vocational_training", fields);
    }
}
