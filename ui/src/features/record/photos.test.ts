import { expect, test } from "vitest";
import { photoIds, PICTURE_BYTES, takesPastes, tooLarge, withoutPhoto, withPhoto } from "./photos";

test("a photo that is added twice is there once, and the order does not depend on who came first", () => {
  expect(withPhoto(withPhoto(null, "b"), "a")).toEqual(["a", "b"]);
  expect(withPhoto(["a", "b"], "b")).toEqual(["a", "b"]);
});

test("the last photo taken away leaves an empty field, and comes back", () => {
  expect(withoutPhoto(["a", "b"], "a")).toEqual(["b"]);
  expect(withoutPhoto(["a"], "a")).toBeNull();
  expect(withPhoto(withoutPhoto(["a"], "a"), "a")).toEqual(["a"]);
});

test("what is no list of names holds no photos", () => {
  expect(photoIds("a")).toEqual([]);
  expect(photoIds(undefined)).toEqual([]);
});

test("a picture that is too large is refused before it is read", () => {
  expect(tooLarge(PICTURE_BYTES)).toBeNull();
  expect(tooLarge(PICTURE_BYTES + 1)?.body).toMatchObject({ code: "photo.too_large", params: { max_mb: 32 } });
});

test("pasting is offered where the page is given the picture", () => {
  const onWindows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
  const onLinux = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15";
  expect(takesPastes(true, onWindows)).toBe(true);
  expect(takesPastes(true, onLinux)).toBe(false);
  expect(takesPastes(false, onLinux)).toBe(true);
});
