// A commune's register with a little of everything, the same each time: what pages and pictures show.
import type { FieldValue } from "../../ui/src/api/generated";
import { UNIT, type Host } from "./host.ts";
import type { Province } from "./province.ts";

type Fields = Record<string, FieldValue>;

/** What pages are addressed by. */
export interface Commune {
  /** An activity that was mended once. */
  activity: string;
  household: string;
  member: string;
  branch: string;
  /** A hamlet, as the address of a sitting names it. */
  place: string;
}

const BRANCHES = ["A Hươr", "Ka Nôn", "Pa Ris", "A Roh"];
const HEADS = ["Hồ Thị Đào", "Kăn Hoa", "A Viết Sơn", "Lê Thị Đan", "Pi Hoih Lành", "Đặng Thị Đượm", "Hồ Văn Rin", "Kê Sửu Mến"];
const MEMBERS = ["Hồ Thị Ánh", "Kăn Lịch", "Lê Thị Bưởi", "Hồ Thị Dung", "Đặng Thị Ế", "Pi Hoih Gấm", "Kăn Hằng", "A Viết Thị Khươm", "Trần Thị Liễu", "Hồ Thị Nhung", "Kê Sửu Ơn", "Nguyễn Thị Phước"];
const TALKS = [
  ["Phổ biến Chỉ thị 21-CT/TW về công tác phụ nữ", "chinh_tri_tu_tuong", "hop_chi_hoi"],
  ["Phòng, chống bạo lực gia đình", "bao_luc_gia_dinh", "tap_huan"],
  ["Không tảo hôn, không hôn nhân cận huyết", "tao_hon", "truyen_thong_luu_dong"],
  ["Nhà sạch, vườn đẹp, chăn nuôi xa nhà", "moi_truong", "loa"],
  ["Kiến thức làm ăn cho hội viên mới", "kien_thuc_kinh_te", "tap_huan"],
] as const;
const CRITERIA = 11;

export async function settle(host: Host): Promise<Commune> {
  const add = async (kind: string, fields: Fields) => (await host.call("record_save", { id: null, kind, fields, base: null, draft_id: null })).id;
  const branches: string[] = [];
  for (const [n, name] of BRANCHES.entries()) branches.push(await add("branch", { name, hamlet: `Thôn ${name}`, founded_on: "2025-07-01", n_women_18: 84 + 17 * n }));
  const households: string[] = [];
  for (const [n, name] of HEADS.entries()) households.push(await add("household", household(name, n)));
  const members: string[] = [];
  for (const [n, name] of MEMBERS.entries()) members.push(await add("member", { ...member(name, n), branch: at(branches, n), household: at(households, n) }));
  for (const [n, member] of members.slice(0, 6).entries()) await add("membership_event", { member, event: n === 5 ? "moved_in" : "admitted", happened_on: `2026-0${3 + n}-08`, age_band: "a31_40", branch: at(branches, n) });
  const activities: string[] = [];
  for (let n = 0; n < 14; n++) activities.push(await add("propaganda_activity", { ...talk(n), branch: at(branches, n) }));
  for (const n of [0, 1, 2]) await add("household_assessment", assessment(at(households, n), n));
  await add("housing_support", { household: at(households, 3), beneficiary: "poor_woman", work: "built", area_m2: 42.5, funding: [{ source: "hoi_lhpn", amount_vnd: 30_000_000 }, { source: "mat_tran", amount_vnd: 34_000_000 }, { source: "gia_dinh", amount_vnd: 16_000_000 }], started_on: "2026-04-02", handed_over_on: "2026-06-19", ethnic_minority: true });
  await add("plan_task", { document: "192/KH-UBND", task_text: "Mỗi chi hội giúp ít nhất một hộ thoát nghèo", assigned_on: "2026-01-12", due_on: "2026-12-10", state: "doing", progress_percent: 60 });
  await add("model", { name: "Đường hoa phụ nữ tự quản", field: "doan_duong", started_on: "2025-10-20", n_members: 36, state: "maintained", state_year: 2026, branch: at(branches, 1) });
  await changes(host, activities);
  const { places } = await host.call("checklist_places", { kind: "household_assessment" });
  const place = `${places[0]?.field}:${places[0]?.value}`;
  return { activity: at(activities, 2), household: at(households, 0), member: at(members, 0), branch: at(branches, 0), place };
}

/** What was done after: an edit, an erasure, drafts, a kept list, a signed period. */
async function changes(host: Host, activities: string[]): Promise<void> {
  await host.call("record_save", { id: at(activities, 2), kind: "propaganda_activity", fields: { n_total: 58, n_women: 51 }, base: null, draft_id: null });
  await host.call("record_erase", { id: at(activities, 5), reason: "ghi trùng" });
  const draft = { record_id: null, fields: { class_name: "Lớp dệt dèng", started_on: "2026-11-20" } };
  await host.call("draft_save", { id: "7b0c5a1e-93d4-4f6e-8a55-0c2f4e9d1b01", kind: "vocational_training", ...draft });
  await host.call("views_save", { views: [{ kind: "household", name: "Hộ nghèo", query: `f=${encodeURIComponent(JSON.stringify([{ field: "poverty_class", op: "is", values: ["poor"] }]))}` }] });
  await host.call("period_submit", { calendar: "union", period: "2026-09", note: "Số liệu đã rà soát với các chi hội" });
}

/** The commune sends what it has, and the province answers. */
export async function speak(host: Host, province: Province): Promise<void> {
  await host.call("enrol", { file: null, hub_url: province.url, code: province.code(UNIT) });
  await host.call("sync_start", {});
  province.giveBack(UNIT, "2026-09", "Xem lại số người dự của buổi tập huấn ngày 11/9 rồi chốt lại");
  province.comment(UNIT, "2026-10", "Chi hội Pa Ris chưa có phiếu nào, chị kiểm tra giúp");
  await host.call("sync_start", {});
}

/** The province asks about a record, is answered, and asks for more. */
export async function speakOf(host: Host, province: Province, record: string): Promise<void> {
  province.commentOn(UNIT, record, "Xã đã báo buổi này 30 người dự, nay phiếu ghi 58. Chị xem lại giúp");
  await host.call("sync_start", {});
  const { said } = await host.call("record_said", { id: record });
  const answer = { calendar: null, period: null, reply_to: at(said, 0).number, text: "Đã đếm lại theo danh sách ký tên: 58 người, trong đó 51 phụ nữ" };
  await host.call("word_answer", answer);
  province.commentOn(UNIT, record, "Cảm ơn chị. Chị gửi thêm ảnh chụp danh sách nhé");
  await host.call("sync_start", {});
}

function household(head_name: string, n: number): Fields {
  const poor: Fields = n % 3 === 0 ? { poverty_class: "poor", poverty_year: 2026, poverty_decision: "215/QĐ-UBND" } : { poverty_class: n % 3 === 1 ? "near_poor" : "none" };
  return { head_name, head_sex: n === 2 || n === 6 ? "male" : "female", head_birth_year: 1961 + 4 * n, hamlet: `Thôn ${at(BRANCHES, n)}`, n_persons: 3 + (n % 4), registered_on: "2026-01-08", ...poor };
}

function member(full_name: string, n: number): Fields {
  return { full_name, birth_year: 1958 + 5 * n, sex: "female", joined_on: n < 8 ? "2025-07-01" : "2026-03-08", status: "active", phone: `090512345${n % 10}`, poverty_class: n % 4 === 0 ? "near_poor" : "none" };
}

function talk(n: number): Fields {
  const [title, topic, form] = at(TALKS, n);
  const two = (part: number) => String(part).padStart(2, "0");
  // One a month, and the last ones in the month that today lies in.
  const held_on = n < 11 ? `2026-${two(n + 1)}-${two(n + 3)}` : `2026-11-${n + 5}`;
  return { title, topic, form, held_on, n_total: 24 + 3 * n, n_women: 20 + 2 * n, n_ethnic_minority: 15 + n };
}

function assessment(household: string, n: number): Fields {
  const answer = (criterion: number) => ({ criterion: `v2026_${criterion + 1}`, answer: n === 2 && criterion === 4 ? "fail" : "pass" });
  return { household, assessed_on: "2026-10-20", year: 2026, criteria_set: "v2026_5k3s3a", review: n === 2 ? "failed" : "passed", answers: Array.from({ length: CRITERIA }, (_, criterion) => answer(criterion)) };
}

/** Goes round: there are fewer of some than of others. */
function at<T>(list: readonly T[], n: number): T {
  const one = list[n % list.length];
  if (one === undefined) throw new Error("the list is empty");
  return one;
}
