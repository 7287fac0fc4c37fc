// Amounts in whole đồng, typed with or without tỷ, triệu, nghìn.
import { fold } from "./fold";
import { readNumber, writeNumber, type Reading } from "./number";

const SCALES: readonly [words: readonly string[], scale: number][] = [
  [["ty", "ti", "ty dong", "ti dong"], 1_000_000_000],
  [["trieu", "tr", "trieu dong"], 1_000_000],
  [["nghin", "ngan", "k", "nghin dong", "ngan dong"], 1_000],
  [["", "d", "dong", "vnd"], 1],
];

const MOST = 1e15;

const HALF = /\s*\bruoi$/;

/** Reads an amount: `1,4 tỷ`, `1.400 triệu`, `350 nghìn`, `2.260`, `80 triệu 500 nghìn`, `2 triệu rưỡi`. */
export function readMoney(typed: string): Reading {
  const text = typed.normalize("NFC").trim();
  if (text === "") return { is: "empty" };
  const plain = fold(text).replace(/ruoi (dong|d|vnd)$/, "ruoi");
  const parts = [...plain.matchAll(/([\d.,\- ]*\d[\d.,]*)\s*([a-z ]*)/g)];
  if (parts.map((part) => part[0]).join("") !== plain) return { is: "not_a_number" };
  return addParts(parts.map(([, digits = "", unit = ""]) => ({ digits, unit: unit.trim() })));
}

interface Part {
  digits: string;
  unit: string;
}

function addParts(parts: Part[]): Reading {
  let total = 0;
  let before = Infinity;
  for (const [at, { digits, unit }] of parts.entries()) {
    const reading = readNumber(digits);
    if (reading.is === "empty") return { is: "not_a_number" };
    if (reading.is !== "number") return reading;
    // Half of the last unit, as it is said of whole ones.
    const isHalf = HALF.test(unit) && at === parts.length - 1 && Number.isInteger(reading.value);
    const word = isHalf ? unit.replace(HALF, "") : unit;
    const scale = SCALES.find(([words]) => words.includes(word))?.[1];
    // "1 tỷ 400 triệu" goes down; "400 triệu 1 tỷ" is a slip.
    if (scale === undefined || scale >= before || reading.value < 0 || (isHalf && scale === 1)) return { is: "not_a_number" };
    if (word === "" && at > 0) return { is: "unit_missing" };
    total += Math.round((reading.value + (isHalf ? 0.5 : 0)) * scale * 1000) / 1000;
    before = scale;
  }
  return Number.isInteger(total) && total <= MOST ? { is: "number", value: total } : { is: "not_a_number" };
}

/** Writes an amount without its unit: `1.400.000.000`. */
export function writeMoney(value: number): string {
  return writeNumber(value, 0);
}
