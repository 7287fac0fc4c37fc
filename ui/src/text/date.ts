// Days are `YYYY-MM-DD` in the register and dd/mm/yyyy on screen, Vietnamese days on every PC.

export type DayReading = { is: "empty" } | { is: "day"; value: string } | { is: "not_a_day" };

const NOT: DayReading = { is: "not_a_day" };

function isReal(year: number, month: number, day: number): boolean {
  if (year < 1900 || year > 2100 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function iso(year: number, month: number, day: number): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)}`;
}

function build(day: number, month: number, year: number): DayReading {
  return isReal(year, month, day) ? { is: "day", value: iso(year, month, day) } : NOT;
}

/** Two digits mean the century that keeps the day at most ten years ahead. */
function fullYear(digits: string, today: string): number {
  if (digits.length !== 2) return Number(digits);
  const thisYear = Number(today.slice(0, 4));
  const guess = thisYear - (thisYear % 100) + Number(digits);
  return guess > thisYear + 10 ? guess - 100 : guess;
}

/** Reads `5/2`, `5/2/2026`, `5-2-26`, `05022026`, `0502`; a day without a year is in the year of `today`. */
export function readDay(typed: string, today: string): DayReading {
  const text = typed.trim().replace(/\s*([./\-\s])\s*/g, "/");
  if (text === "") return { is: "empty" };
  const parts = text.split("/");
  if (parts.some((part) => !/^\d+$/.test(part))) return NOT;
  const [a = "", b = "", c] = parts;
  if (parts.length === 1) return readDigits(a, today);
  if (parts.length === 3 && a.length === 4) return build(Number(c), Number(b), Number(a));
  if (parts.length > 3 || a.length > 2 || b.length > 2) return NOT;
  if (c === undefined) return build(Number(a), Number(b), Number(today.slice(0, 4)));
  return c.length === 2 || c.length === 4 ? build(Number(a), Number(b), fullYear(c, today)) : NOT;
}

function readDigits(digits: string, today: string): DayReading {
  if (![4, 6, 8].includes(digits.length)) return NOT;
  const year = digits.length === 4 ? today.slice(0, 4) : digits.slice(4);
  return build(Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), fullYear(year, today));
}

/** `2026-02-05` → `05/02/2026`; anything else is given back as it is. */
export function writeDay(day: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : day;
}

// Viet Nam keeps UTC+7 all year. A PC set up abroad may have another zone, and the register's days are Vietnamese ones.
const ZONE_MS = 7 * 3_600_000;

/** `14:05 24/11/2026` in Vietnamese time, whatever this PC's zone. */
export function writeMoment(atMs: number): string {
  const at = new Date(atMs + ZONE_MS).toISOString();
  return `${at.slice(11, 16)} ${writeDay(at.slice(0, 10))}`;
}

/** The day in Viet Nam at a moment, `2026-11-24`. */
export function dayOf(atMs: number): string {
  return new Date(atMs + ZONE_MS).toISOString().slice(0, 10);
}

/** Day of week of a day, Monday 1 … Sunday 7. */
export function weekday(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

/** The day so many days later (or earlier). */
export function addDays(day: string, n_days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + n_days);
  return at.toISOString().slice(0, 10);
}
