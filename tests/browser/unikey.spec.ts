import { expect, test } from "@playwright/test";
import { strokes, texts, WAYS, type Stroke } from "./unikey.ts";

const key = (keys: string): Stroke[] => [...keys].map((one) => ({ do: "key", key: one }));
const back = (n: number): Stroke[] => Array.from({ length: n }, () => ({ do: "backspace" }));
const letters = (text: string): Stroke[] => [...text].map((letter) => ({ do: "unicode", letter }));
const end = (keys: string) => texts(strokes(keys)).at(-1);

test("a key that changes a letter takes back from that letter on and puts in the new ones", () => {
  expect(strokes("nguyeexn")).toEqual([...key("nguye"), ...back(1), ...letters("ê"), ...back(1), ...letters("ễ"), ...key("n")]);
  expect(strokes("thij")).toEqual([...key("thi"), ...back(1), ...letters("ị")]);
  expect(strokes("ddinhj")).toEqual([...key("d"), ...back(1), ...letters("đ"), ...key("inh"), ...back(3), ...letters("ịnh")]);
});

test("each way of taking back has its own events", () => {
  expect(strokes("thij", "clipboard")).toEqual([...key("thi"), ...back(1), { do: "paste", text: "ị" }]);
  expect(strokes("thij", "selection")).toEqual([...key("thi"), { do: "select" }, ...letters("ị")]);
  expect(strokes("dinhj", "selection")).toEqual([...key("dinh"), { do: "select" }, ...back(3), ...letters("ịnh")]);
  expect(strokes("thij", "empty letter")).toEqual([...key("thi"), ...letters("\u202f"), ...back(2), ...letters("ị")]);
});

test("what is typed in any way reads the same", () => {
  for (const way of WAYS) expect(texts(strokes("nguyeexn thij ddinhj", way)).at(-1), way).toBe("nguyễn thị định");
});

test("tones and marks stand where an officer expects them", () => {
  const words = { "toanf": "toàn", "hoaf": "hòa", "quyr": "quỷ", "giaf": "già", "ddawngj": "đặng", "dduowngf": "đường", "thuyeenf": "thuyền", "nguwowif": "người", "phuj nuwx": "phụ nữ", "awn": "ăn", "uw": "ư", "ngoaif": "ngoài" };
  for (const [keys, text] of Object.entries(words)) expect(end(keys), keys).toBe(text);
});

test("a text between two events is what a field then shows", () => {
  expect(texts(strokes("ddi"))).toEqual(["d", "", "đ", "đi"]);
  expect(texts(strokes("thij", "selection"))).toEqual(["t", "th", "thi", "thị"]);
});
