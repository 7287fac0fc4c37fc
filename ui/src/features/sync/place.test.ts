import { expect, test } from "vitest";
import { cleanPath, placeOf, stickName } from "./place";
import { writeBytes } from "./sentence";

const stick = { name: "KINGSTON", letter: "E:", path: "E:\\", n_bytes_free: 3_200_000_000 };

test("a stick is called by its owner's name and its letter", () => {
  expect(stickName(stick)).toBe("USB KINGSTON (E:)");
  expect(stickName({ name: "", letter: "F:" })).toBe("USB (F:)");
  expect(stickName({ name: "KINGSTON", letter: null })).toBe("USB KINGSTON");
  expect(writeBytes(stick.n_bytes_free)).toBe("3,2 GB");
});

test("a file is on its stick, or else in its folder", () => {
  expect(placeOf("E:\\SoHoi_A-Luoi-2_2026-11-24_003.sohoi", [stick])).toBe("USB KINGSTON (E:)");
  expect(placeOf("D:\\Tải về\\tệp.sohoi", [stick])).toBe("D:\\Tải về");
  const king = { name: "KING", letter: null, path: "/media/KING", n_bytes_free: 1 };
  expect(placeOf("/media/KING/tệp.sohoi", [king])).toBe("USB KING");
  expect(placeOf("/media/KINGSTON/tệp.sohoi", [king])).toBe("/media/KINGSTON");
  expect(placeOf("/srv/hội/tệp.sohoi", [stick])).toBe("/srv/hội");
});

test("a path that was copied with quotes is read without them", () => {
  expect(cleanPath('  "D:\\Thư mục" ')).toBe("D:\\Thư mục");
  expect(cleanPath("/tmp/a b")).toBe("/tmp/a b");
});
