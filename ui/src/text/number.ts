// Numbers as they are typed and read in Vietnam: 1.234.567,8.

export type Reading =
  | { is: "empty" }
  | { is: "number"; value: number }
  /** `1.4` can be a slip for 1,4 or for 1.400, and `1,000` is a thousand in an Excel that was set up for English: the
   * officer decides. */
  | { is: "ambiguous" }
  /** Of amounts: "1 tỷ 4" is 1,4 tỷ when it is said, and four đồng more when it is read out. */
  | { is: "unit_missing" }
  | { is: "not_a_number" };

const EMPTY: Reading = { is: "empty" };
const NOT: Reading = { is: "not_a_number" };
const AMBIGUOUS: Reading = { is: "ambiguous" };

const GROUPED = /^\d{1,3}(?:[. ]\d{3})+$/;
const PLAIN = /^\d+$/;
/** Nobody writes three decimals of what is counted here; after a nought they can be nothing else. */
const COMMA_GROUPED = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;

/** Reads the part before the decimal comma: `2260`, `2.260`, `2 260`. */
function readWhole(text: string): Reading {
  if (PLAIN.test(text)) return { is: "number", value: Number(text) };
  if (GROUPED.test(text)) return { is: "number", value: Number(text.replace(/[. ]/g, "")) };
  return /^\d[\d. ]*$/.test(text) ? AMBIGUOUS : NOT;
}

/** Reads a number typed the Vietnamese way, with a comma before the decimals. */
export function readNumber(typed: string): Reading {
  const text = typed.normalize("NFC").trim().replace(/\s+/g, " ");
  if (text === "") return EMPTY;
  const negative = /^[-−–]/.test(text);
  const unsigned = text.replace(/^[-−–]\s*/, "");
  if (COMMA_GROUPED.test(unsigned)) return AMBIGUOUS;
  const [whole = "", ...decimals] = unsigned.split(",");
  const head = readWhole(whole);
  if (head.is !== "number" || decimals.length === 0) return signed(head, negative);
  const tail = decimals[0] ?? "";
  if (decimals.length > 1 || tail === "" || !PLAIN.test(tail)) return NOT;
  return signed({ is: "number", value: Number(`${head.value}.${tail}`) }, negative);
}

function signed(reading: Reading, negative: boolean): Reading {
  return reading.is === "number" && negative ? { is: "number", value: -reading.value } : reading;
}

/** Reads a number with nothing after the comma. */
export function readInteger(typed: string): Reading {
  const reading = readNumber(typed);
  return reading.is === "number" && !Number.isInteger(reading.value) ? NOT : reading;
}

/** Reads a number of which only so many decimals are kept: none is rounded away. */
export function readDecimal(typed: string, scale: number): Reading | { is: "too_fine" } {
  const reading = readNumber(typed);
  if (reading.is !== "number") return reading;
  return Number(reading.value.toFixed(scale)) === reading.value ? reading : { is: "too_fine" };
}

/** Writes a number with dots between thousands and a decimal comma. */
export function writeNumber(value: number, maxDecimals = 2): string {
  const [whole = "0", decimals = ""] = Math.abs(value).toFixed(maxDecimals).split(".");
  const tail = decimals.replace(/0+$/, "");
  const text = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ".") + (tail === "" ? "" : `,${tail}`);
  return value < 0 && text !== "0" ? `-${text}` : text;
}
