// Words of figures by branch, by hamlet and by their other parts.
export const partsVi = {
  parts: {
    view: "Xem số liệu",
    whole: "Cả đơn vị",
    byPlace: { branch: "Theo chi hội", hamlet: "Theo thôn" } as Record<string, string>,
    placeOf: { branch: "Chi hội", hamlet: "Thôn" } as Record<string, string>,
    noPlace: { branch: "Không ghi chi hội", hamlet: "Không ghi thôn" } as Record<string, string>,
    split: "Chia theo",
    share: "Phần kế hoạch",
    shareTitle: "Phần của số này trong kế hoạch cả xã",
    silent: "chưa có phiếu",
    silentTitle: "Không có phiếu nào trong kỳ",
    silentOf: {
      branch: (n: string, of: string, names: string) => `${n} trong ${of} chi hội không có phiếu nào trong kỳ: ${names}.`,
      hamlet: (n: string, of: string, names: string) => `${n} trong ${of} thôn không có phiếu nào trong kỳ: ${names}.`,
    } as Record<string, (n: string, of: string, names: string) => string>,
    everyPlace: {
      branch: (of: string) => `Cả ${of} chi hội đều có phiếu trong kỳ.`,
      hamlet: (of: string) => `Cả ${of} thôn đều có phiếu trong kỳ.`,
    } as Record<string, (of: string) => string>,
    caption: (view: string, period: string) => `Chỉ tiêu ${view.toLowerCase()}, ${period}`,
    show: "Số hiện trong bảng",
    shows: { value: "Thực hiện", before: "Cùng kỳ", change: "Tăng, giảm", share: "Phần kế hoạch" } as Record<string, string>,
    open: (place: string) => `Mọi chỉ tiêu của ${place}`,
    back: { branch: "Tất cả chi hội", hamlet: "Tất cả thôn" } as Record<string, string>,
    noTargets: "Kế hoạch giao cho cả xã, nên ở đây chỉ có kết quả và cùng kỳ.",
    cell: (indicator: string, place: string, value: string) => `${indicator}, ${place}: ${value}. Xem các phiếu`,
    all: "Tất cả",
    same: "Các dòng cộng lại đúng bằng dòng cuối.",
    twice: (sum: string, whole: string, more: string, heading: string) =>
      `Các dòng cộng lại là ${sum}, dòng cuối là ${whole}: trùng ${more}, vì ai hoặc hộ nào có ở nhiều dòng “${heading}” thì mỗi dòng tính một lần, dòng cuối chỉ tính một lần.`,
    ratio: "Tỷ lệ không cộng được: dòng cuối là tổng của tử số chia cho tổng của mẫu số.",
    rounded: (sum: string, whole: string) => `Các dòng cộng lại là ${sum}, dòng cuối là ${whole}: số của đơn vị cũ được chia theo tỷ lệ rồi làm tròn.`,
    notAtPlaces: "Chỉ tiêu này đếm cả đơn vị, nên không chia theo chi hội hay thôn.",
    atPlace: (heading: string, place: string) => `${heading}: ${place}`,
  },
};
