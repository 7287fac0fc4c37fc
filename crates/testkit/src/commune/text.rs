//! Texts as officers write them: names put together of common parts, titles that come again with a
//! difference, sentences.

use crate::Random;

const FAMILY: &[&str] = &[
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Võ", "Đặng", "Bùi", "Hồ", "Ngô", "Dương", "Kăn",
    "A Viết", "Đoàn", "Trương", "Mai", "Cao",
];
const MIDDLE: &[&str] = &["Thị", "Thị", "Thị", "Thị Thu", "Thị Mỹ", "Thị Ngọc", "Thị Kim", "Thanh", "Như"];
const GIVEN: &[&str] = &[
    "Lan",
    "Hương",
    "Hoa",
    "Mai",
    "Thủy",
    "Hà",
    "Nga",
    "Hạnh",
    "Phượng",
    "Liên",
    "Xuân",
    "Hồng",
    "Loan",
    "Nhung",
    "Yến",
    "Tuyết",
    "Vân",
    "Thảo",
    "Trang",
    "Dung",
    "Bình",
    "Đào",
    "Lý",
    "Sen",
    "Cúc",
    "Huệ",
    "Oanh",
    "Tâm",
    "Hiền",
    "Nhàn",
    "Gái",
    "Bé",
    "Hai",
    "Bưởi",
    "Mận",
    "Nghê",
    "Rơi",
    "Leng",
    "Lịch",
    "Nhớ",
    "Thương",
    "Diệu",
    "Quyên",
    "Ánh",
    "Châu",
    "Phúc",
    "Lợi",
    "Thúy",
    "Hằng",
    "Nguyệt",
];
const DOING: &[&str] = &[
    "Tuyên truyền",
    "Tập huấn",
    "Ra mắt",
    "Sinh hoạt",
    "Giám sát",
    "Tọa đàm",
    "Hội thi",
    "Phổ biến",
    "Vận động",
    "Trao tặng",
    "Thăm hỏi",
    "Hướng dẫn",
    "Ra quân",
    "Tổng kết",
    "Triển khai",
    "Duy trì",
];
const MATTER: &[&str] = &[
    "Luật Hôn nhân và gia đình",
    "phòng chống bạo lực gia đình",
    "vệ sinh môi trường",
    "chăn nuôi lợn",
    "trồng rau sạch",
    "dệt dèng",
    "câu lạc bộ dân ca",
    "đường hoa phụ nữ",
    "vay vốn ngân hàng chính sách",
    "phụ nữ khởi nghiệp",
    "bình đẳng giới",
    "chăm sóc sức khỏe sinh sản",
    "5 không 3 sạch",
    "phân loại rác tại nguồn",
    "mái ấm tình thương",
    "an toàn giao thông",
    "chuyển đổi số",
    "quý I",
    "quý II",
    "quý III",
    "quý IV",
    "ngày 8 tháng 3",
    "ngày 20 tháng 10",
    "Nghị quyết Đại hội",
];
const WHERE: &[&str] = &[
    "",
    "",
    "",
    " tại chi hội 1",
    " tại chi hội 2",
    " tại chi hội 3",
    " tại nhà văn hóa thôn",
    " cho hội viên",
    " cho phụ nữ nghèo",
    " năm 2026",
    " đợt 1",
    " đợt 2",
    " phối hợp Công an xã",
];
const WORDS: &[&str] = &[
    "chị", "hội", "phụ", "nữ", "thôn", "gia", "đình", "con", "đi", "làm", "xa", "chưa", "có", "nhà", "khó",
    "khăn", "ốm", "đã", "gặp", "trao", "đổi", "cần", "hỗ", "trợ", "thêm", "giống", "vốn", "bò", "lợn", "gà",
    "ruộng", "rẫy", "tháng", "sau", "trước", "xã", "họp", "được", "không", "và", "của", "cho", "với", "về",
    "năm", "nay", "mới", "cũ", "nhiều", "ít",
];

fn pick<'a>(random: &mut Random, of: &[&'a str]) -> &'a str {
    of[random.below(of.len() as u64) as usize]
}

// Some are met more often than others.
fn common<'a>(random: &mut Random, of: &[&'a str]) -> &'a str {
    let n = of.len() as u64;
    of[random.below(n).min(random.below(n)) as usize]
}

pub fn person(random: &mut Random) -> String {
    format!("{} {} {}", common(random, FAMILY), common(random, MIDDLE), pick(random, GIVEN))
}

pub fn title(random: &mut Random) -> String {
    format!("{} {}{}", common(random, DOING), common(random, MATTER), common(random, WHERE))
}

pub fn document(random: &mut Random) -> String {
    let office = pick(random, &["QĐ-UBND", "KH-BTV", "KH-UBND", "CT-TW", "QĐ-HPN"]);
    format!("{}/{office}", 1 + random.below(300))
}

pub fn sentence(random: &mut Random, n_words: u64) -> String {
    let n = 3 + random.below(n_words);
    let words: Vec<&str> = (0..n).map(|_| common(random, WORDS)).collect();
    words.join(" ")
}
