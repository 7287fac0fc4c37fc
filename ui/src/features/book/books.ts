// The books of a commune: which kinds they are and what stands in their columns, as in those on paper.
import type { AgeDto, BookPlaceDto, BookRes, BookRowDto, TallyDto } from "../../api/generated";

export interface Shelf {
  kind: string;
  /** The field of a place that the book is divided by. */
  place: string;
  columns: string[];
  /** What is counted below it. */
  tallies: string[];
  /** Ages are also shown for each code of this field. */
  agesBy: string | null;
  /** The codes of this field are columns of the table by place. */
  cross: string | null;
  /** What a book is opened with. */
  marks: Record<string, string>;
}

export const shelves: readonly Shelf[] = [
  {
    kind: "member",
    place: "branch",
    columns: ["birth_year", "ethnicity", "branch", "joined_on", "role", "status"],
    tallies: ["ethnicity", "subgroup", "party", "core_member", "single_mother", "disability", "education", "occupation"],
    agesBy: "subgroup",
    cross: null,
    marks: { status: "active" },
  },
  {
    kind: "household",
    place: "hamlet",
    columns: ["head_birth_year", "ethnicity", "hamlet", "poverty_class", "poverty_year", "n_persons"],
    tallies: ["poverty_class", "head_sex", "ethnicity", "subgroup"],
    agesBy: "subgroup",
    cross: "poverty_class",
    marks: {},
  },
  { kind: "officer_term", place: "branch", columns: ["role", "branch", "started_on", "ended_on"], tallies: ["role", "sex", "state_management"], agesBy: null, cross: null, marks: {} },
];

/** Marks in an address: `status=active,party=`. */
export function readMarks(text: string | null, shelf: Shelf): Record<string, string> {
  if (text === null) return shelf.marks;
  const pairs = text.split(",").filter((pair) => pair.includes("=")).map((pair) => pair.split("="));
  return Object.fromEntries(pairs.map(([field = "", code = ""]) => [field, code]));
}

export const writeMarks = (marks: Readonly<Record<string, string>>): string =>
  Object.entries(marks).map(([field, code]) => `${field}=${code}`).join(",") || "-";

export function tallyOf(of: { tallies: readonly TallyDto[] }, field: string): { code: string; n: number }[] {
  const counts = of.tallies.find((one) => one.field === field)?.counts ?? {};
  const given = Object.entries(counts).map(([code, n]) => ({ code, n: n ?? 0 }));
  // What is not given comes last, whatever there is of it.
  return given.sort((a, b) => Number(a.code === "") - Number(b.code === "") || b.n - a.n || a.code.localeCompare(b.code));
}

/** The oldest first, whose age is not known last. Bands without anybody between those with somebody are part of the picture. */
export function bands(ages: readonly AgeDto[]): AgeDto[] {
  const known = ages.filter((age): age is AgeDto & { from: number } => age.from !== null);
  if (known.length === 0) return [...ages];
  const first = Math.min(...known.map((age) => age.from));
  const last = Math.max(...known.map((age) => age.from));
  const all: AgeDto[] = [];
  for (let from = last; from >= first; from -= 10) all.push(known.find((age) => age.from === from) ?? { from, n: 0, by: {} });
  return [...all, ...ages.filter((age) => age.from === null)];
}

/** Codes of those whose ages are shown apart, the most first; what is not given last, and none when nothing else is. */
export function towersOf(ages: readonly AgeDto[]): { code: string; n: number; values: number[] }[] {
  const codes = [...new Set(ages.flatMap((age) => Object.keys(age.by)))];
  const of = (code: string) => {
    const values = ages.map((age) => age.by[code] ?? 0);
    return { code, n: values.reduce((sum, n) => sum + n, 0), values };
  };
  const towers = codes.map(of).sort((a, b) => Number(a.code === "") - Number(b.code === "") || b.n - a.n || a.code.localeCompare(b.code));
  return towers.some((tower) => tower.code !== "") ? towers : [];
}

export const placesOf = (book: BookRes, field: string): BookPlaceDto[] => book.places.filter((one) => one.place.field === field);

/** Whole years between two days. */
export function yearsBetween(from: string, to: string): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  return to.slice(5) < from.slice(5) ? years - 1 : years;
}

/** Who is in the post comes first, the longest in it on top; then those who left, the last to leave first. */
export function bySeniority(a: BookRowDto, b: BookRowDto): number {
  const day = (row: BookRowDto, id: string) => (typeof row.fields[id] === "string" ? row.fields[id] : "");
  const [left, other] = [day(a, "ended_on"), day(b, "ended_on")];
  if (left === "" && other === "") return day(a, "started_on").localeCompare(day(b, "started_on"));
  if (left === "" || other === "") return left === "" ? -1 : 1;
  return other.localeCompare(left);
}
