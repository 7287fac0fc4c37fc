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

/** Reads an amount: `1,4 tỷ`, `1.400 triệu`, `350 nghìn`, `2.260`, `80 triệu 500 nghìn`. */
export function readMoney(typed: string): Reading {
  const text = typed.normalize("NFC").trim();
  if (text === "") return { is: "empty" };
  const parts = [...fold(text).matchAll(/([\d.,\- ]*\d[\d.,]*)\s*([a-z ]*)/g)];
  if (parts.map((part) => part[0]).join("") !== fold(text)) return { is: "not_a_number" };
  return addParts(parts);
}

function addParts(parts: RegExpMatchArray[]): Reading {
  let total = 0;
  let before = Infinity;
  for (const [, digits = "", unit = ""] of parts) {
    const scale = SCALES.find(([words]) => words.includes(unit.trim()))?.[1];
    const reading = readNumber(digits);
    if (scale === undefined || reading.is === "empty") return { is: "not_a_number" };
    if (reading.is !== "number") return reading;
    // "1 tỷ 400 triệu" goes down; "400 triệu 1 tỷ" is a slip.
    if (scale >= before || reading.value < 0) return { is: "not_a_number" };
    total += Math.round(reading.value * scale * 1000) / 1000;
    before = scale;
  }
  return Number.isInteger(total) && total <= MOST ? { is: "number", value: total } : { is: "not_a_number" };
}

/** Writes an amount without its unit: `1.400.000.000`. */
export function writeMoney(value: number): string {
  return writeNumber(value, 0);
}
