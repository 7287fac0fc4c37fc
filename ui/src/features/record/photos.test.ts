import { expect, test } from "vitest";
import { photoIds, PICTURE_BYTES, tooLarge, withoutPhoto, withPhoto } from "./photos";

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
