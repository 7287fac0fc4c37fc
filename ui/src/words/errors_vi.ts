import { writeNumber } from "../text/number";
import type { ErrorCode, IssueCode, Message, Params, Sentence } from "./codes";

const n = (value: string | number | undefined) => (typeof value === "number" ? writeNumber(value) : (value ?? "…"));
const range = ({ min, max }: Params) => {
  if (min === undefined) return `Nhiều nhất là ${n(max)}.`;
  return max === undefined ? `Ít nhất là ${n(min)}.` : `Phải từ ${n(min)} đến ${n(max)}.`;
};

export const errorsVi = {
  "app.fault": { title: "Phần mềm gặp lỗi, việc này chưa làm được", next: "Hãy thử lại. Nếu vẫn vậy, báo số sự cố cho bộ phận hỗ trợ; phiếu đã lưu vẫn còn nguyên.", severity: "error" },
  "app.not_open": { title: "Sổ đang khóa", next: "Nhập mã PIN để mở sổ.", severity: "notice" },
  "app.already_open": { title: "Sổ đang mở ở cửa sổ khác", next: "Dùng cửa sổ đang mở, hoặc đóng nó rồi mở lại.", severity: "warning" },
  "app.busy": { title: "Phần mềm đang làm việc khác", next: "Đợi một lát rồi thử lại.", severity: "notice" },
  "register.exists": { title: "Máy này đã có sổ", next: "Đóng phần mềm rồi mở lại để vào sổ đã có.", severity: "warning" },
  "register.wrong_pin": { title: "Mã PIN chưa đúng", next: ({ wait_s }) => (wait_s ? `Đợi ${n(wait_s)} giây rồi nhập lại.` : "Nhập lại mã PIN."), severity: "error" },
  "register.wait": { title: "Đã nhập sai nhiều lần", next: ({ wait_s }) => `Đợi ${n(wait_s)} giây rồi nhập lại.`, severity: "warning" },
  "register.wrong_recovery_code": { title: "Mã khôi phục chưa đúng", next: "So từng nhóm với tờ giấy đã in rồi nhập lại.", severity: "error" },
  "register.pin_too_short": { title: "Mã PIN quá ngắn", next: "Dùng ít nhất 6 chữ số hoặc chữ cái.", severity: "error" },
  "register.pin_too_simple": { title: "Mã PIN quá dễ đoán", next: "Tránh 123456, 000000 hay một ký tự lặp lại.", severity: "error" },
  "store.too_new": { title: ({ found, max }) => `Sổ được ghi bởi phiên bản mới hơn (sổ mức ${n(found)}, phần mềm này đọc được mức ${n(max)})`, next: "Cập nhật phần mềm rồi mở lại.", severity: "error" },
  "store.damaged": { title: "Tệp sổ bị hỏng", next: "Đừng xóa gì. Báo bộ phận hỗ trợ để khôi phục từ bản sao lưu.", severity: "error" },
  "store.disk_full": { title: "Ổ đĩa đã đầy, phiếu chưa được lưu", next: "Dọn bớt tệp trên ổ đĩa rồi lưu lại.", severity: "error" },
  "store.busy": { title: "Sổ đang bận", next: "Đợi một lát rồi thử lại.", severity: "warning" },
  "store.io": { title: "Không đọc hoặc ghi được ổ đĩa", next: "Kiểm tra ổ đĩa rồi thử lại. Nếu vẫn vậy, báo số sự cố.", severity: "error" },
  "record.unknown_kind": { title: "Loại phiếu này không có trong danh mục", next: "Cập nhật phần mềm, hoặc chọn loại phiếu khác.", severity: "error" },
  "record.unknown_id": { title: "Không tìm thấy phiếu này", next: "Quay lại danh sách và tìm lại.", severity: "error" },
  "record.invalid": { title: "Phiếu còn chỗ cần sửa", next: "Sửa các ô báo đỏ rồi lưu lại.", severity: "error" },
  "record.erased": { title: "Phiếu này đã xóa", next: "Khôi phục phiếu nếu cần dùng lại.", severity: "warning" },
  "unit.unknown": { title: "Không có đơn vị mang mã này", next: "Tìm và chọn lại xã, phường.", severity: "error" },
  "unit.not_valid": { title: "Đơn vị này không còn hoặc chưa có vào ngày đã chọn", next: "Chọn đơn vị đúng với ngày của phiếu.", severity: "error" },
  "period.unknown": { title: "Không có kỳ này trong lịch đã chọn", next: "Chọn kỳ khác.", severity: "error" },
  "enrol.bad_file": { title: "Tệp ghi danh không đọc được", next: "Xin tỉnh gửi lại tệp rồi chọn lại.", severity: "error" },
  "enrol.bad_code": { title: "Mã ghi danh chưa đúng", next: "So lại mã với tỉnh rồi nhập lại.", severity: "error" },
  "enrol.expired": { title: "Mã ghi danh đã hết hạn hoặc đã dùng", next: "Xin tỉnh cấp mã mới.", severity: "error" },
  "enrol.other_unit": { title: "Mã ghi danh này dành cho đơn vị khác", next: "Xin tỉnh cấp mã cho đúng xã, phường.", severity: "error" },
  "sync.not_enrolled": { title: "Sổ này chưa ghi danh với tỉnh", next: "Vào mục Đồng bộ và ghi danh bằng tệp hoặc mã của tỉnh.", severity: "notice" },
  "sync.offline": { title: "Không tới được tỉnh", next: "Mọi phiếu vẫn lưu trên máy này. Kiểm tra mạng rồi gửi lại sau.", severity: "warning" },
  "sync.refused": { title: "Tỉnh từ chối kết nối", next: "Gửi lại sau; nếu vẫn vậy, báo số sự cố cho tỉnh.", severity: "error" },
  "sync.batch_refused": { title: "Tỉnh không nhận một phần dữ liệu", next: "Dữ liệu vẫn còn trên máy này. Báo số sự cố cho tỉnh.", severity: "error" },
  "sync.other_hub": { title: "Địa chỉ này không phải máy chủ đã ghi danh", next: "Chưa gửi gì cả. Hỏi lại tỉnh trước khi gửi tiếp.", severity: "error" },
  "sync.bad_receipt": { title: "Biên nhận của tỉnh không hợp lệ", next: "Chưa coi là đã nhận. Gửi lại; nếu vẫn vậy, báo số sự cố cho tỉnh.", severity: "error" },
  "sync.revoked": { title: "Máy này đã bị tỉnh thu hồi quyền gửi", next: "Liên hệ tỉnh để ghi danh lại. Phiếu vẫn còn trên máy.", severity: "error" },
  "sync.too_old": { title: "Phiên bản này quá cũ để gửi lên tỉnh", next: "Cập nhật phần mềm rồi gửi lại. Phiếu vẫn còn trên máy.", severity: "error" },
  "sync.cancelled": { title: "Đã dừng gửi", next: "Phần tỉnh đã nhận được giữ; phần còn lại gửi lần sau.", severity: "notice" },
  "sync.stalled": { title: "Đường truyền bị nghẽn nên đã dừng gửi", next: "Phần tỉnh đã nhận được giữ. Gửi lại khi mạng tốt hơn.", severity: "warning" },
  "usage.bad_request": { title: "Phần mềm gửi yêu cầu sai", next: "Mở lại trang này. Nếu vẫn vậy, báo số sự cố.", severity: "error" },
  "hub.offline": { title: "Không tới được máy chủ", next: "Kiểm tra mạng rồi tải lại trang.", severity: "warning" },
  "hub.signed_out": { title: "Phiên làm việc đã hết", next: "Đăng nhập lại.", severity: "notice" },
  "hub.wrong_password": { title: "Tên hoặc mật khẩu chưa đúng", next: "Nhập lại.", severity: "error" },
} satisfies Record<ErrorCode, Message>;

export const issuesVi = {
  "record.required": "Cần điền ô này.",
  "record.wrong_type": "Giá trị không đúng loại của ô này.",
  "record.too_long": ({ max }) => `Dài quá ${n(max)} ký tự.`,
  "record.out_of_range": range,
  "record.unknown_code": "Hãy chọn một mục trong danh sách.",
  "record.unknown_field": "Ô này không có trong loại phiếu.",
  "record.bad_date": "Không phải ngày. Ví dụ: 5/2/2026.",
  "record.bad_number": "Không phải số. Ví dụ: 2.260 hoặc 82,91.",
  "record.ambiguous_number": "Dấu chấm ở đây có thể hiểu hai cách. Gõ 1,4 cho phần lẻ, 1.400 cho hàng nghìn.",
  "record.unknown_reference": "Không tìm thấy phiếu được chọn.",
  "record.unit_not_valid": "Đơn vị không có vào ngày này.",
  "record.control_character": "Có ký tự lạ; hãy xóa đi và gõ lại.",
  "record.unknown_criterion": "Tiêu chí này không thuộc bộ tiêu chí đã chọn.",
  "record.rule": "Số liệu ở phiếu này chưa khớp nhau.",
} satisfies Record<IssueCode, Sentence>;
