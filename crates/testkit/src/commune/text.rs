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

/// A syllable as there are a thousand: what no list of common words has.
fn syllable(random: &mut Random) -> String {
    const ONSETS: &[&str] = &[
        "b", "c", "ch", "d", "đ", "g", "gi", "h", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r", "s", "t",
        "th", "tr", "v", "x", "",
    ];
    const RIMES: &[&str] = &[
        "a", "à", "á", "ai", "ài", "am", "an", "án", "ang", "anh", "ao", "ào", "ay", "ăm", "ăng", "ân", "âu",
        "e", "em", "en", "ê", "ếch", "ên", "i", "iên", "iệt", "iêu", "inh", "ình", "o", "oa", "oan", "oi",
        "ong", "ô", "ôi", "ông", "ơ", "ơn", "u", "ua", "ung", "uyên", "ư", "ưa", "ương", "ường", "ước",
    ];
    format!("{}{}", pick(random, ONSETS), pick(random, RIMES))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

pub fn person(random: &mut Random) -> String {
    let given = match random.below(3) {
        0 => capital(&syllable(random)),
        _ => pick(random, GIVEN).to_owned(),
    };
    let middle = match random.below(4) {
        0 => format!("Thị {}", capital(&syllable(random))),
        _ => common(random, MIDDLE).to_owned(),
    };
    format!("{} {middle} {given}", common(random, FAMILY))
}

/// A place, a firm or a group that only this commune has.
pub fn proper(random: &mut Random) -> String {
    let (first, second) = (capital(&syllable(random)), capital(&syllable(random)));
    format!("{first} {second}")
}

pub fn title(random: &mut Random, places: &[String]) -> String {
    let mut title = format!("{} {}", common(random, DOING), common(random, MATTER));
    match random.below(6) {
        0 => title += &format!(" tại {}", places[random.below(places.len() as u64) as usize]),
        1 => title += &format!(" ngày {}/{}", 1 + random.below(31), 1 + random.below(12)),
        2 => title += &format!(" cho {} {}", 5 + random.below(95), sentence(random, 3)),
        3 => title += &format!(" {}", sentence(random, 5)),
        _ => title += common(random, WHERE),
    }
    title
}

pub fn document(random: &mut Random) -> String {
    let office = pick(random, &["QĐ-UBND", "KH-BTV", "KH-UBND", "CT-TW", "QĐ-HPN"]);
    format!("{}/{office}", 1 + random.below(300))
}

/// Two words and up to `n_more`, some of them rare.
pub fn sentence(random: &mut Random, n_more: u64) -> String {
    let n = 2 + random.below(n_more);
    let words: Vec<String> = (0..n)
        .map(|_| match random.below(5) {
            0 => syllable(random),
            _ => common(random, WORDS).to_owned(),
        })
        .collect();
    words.join(" ")
}
