// A sitting that is not saved yet is one draft of its kind: what was typed by household, the place and the day.
import type { DraftDto, KindDto } from "../../api/generated";
import { isLines, type Line, type Values } from "../record/values";
import { PLACE, ROWS } from "../table/draft";
import { keyOf, type Marks, type Typed } from "./marks";

const ID = "#id";
const SET = "#set";
const YEAR = "#year";
const REVIEW = "#review";
const BEFORE = "#before";
const NOTE = "note:";

export interface Sat {
  place: string;
  day: string;
  year: number;
  set: string;
}

function lineOf(key: string, marks: Marks): Line {
  const [id = "", set = "", year = ""] = key.split(" ");
  const notes = Object.entries(marks.notes).map(([code, text]) => [`${NOTE}${code}`, text]);
  return { ...marks.answers, ...Object.fromEntries(notes), [ID]: id, [SET]: set, [YEAR]: Number(year), [REVIEW]: marks.review, [BEFORE]: marks.before };
}

function marksOf(line: Line): [string, Marks] {
  const texts = Object.entries(line).filter((pair): pair is [string, string] => typeof pair[1] === "string" && !pair[0].startsWith("#"));
  const notes = texts.filter(([key]) => key.startsWith(NOTE)).map(([key, text]) => [key.slice(NOTE.length), text]);
  const answers = texts.filter(([key]) => !key.startsWith(NOTE));
  const review = line[REVIEW];
  const marks: Marks = { answers: Object.fromEntries(answers), notes: Object.fromEntries(notes), review: typeof review === "string" ? review : null, before: line[BEFORE] === true };
  return [keyOf(String(line[ID]), String(line[SET]), Number(line[YEAR])), marks];
}

export function draftFields(kind: KindDto, sat: Sat, typed: Typed): Values {
  return { [PLACE]: sat.place, [kind.date_field]: sat.day, [SET]: sat.set, [YEAR]: sat.year, [ROWS]: [...typed].map(([key, marks]) => lineOf(key, marks)) };
}

export function readDraft(kind: KindDto, draft: DraftDto): { sat: Sat; typed: Typed } {
  const { fields } = draft;
  const rows = fields[ROWS];
  const text = (id: string) => (typeof fields[id] === "string" ? fields[id] : "");
  const sat = { place: text(PLACE), day: text(kind.date_field), set: text(SET), year: Number(fields[YEAR]) };
  return { sat, typed: new Map(isLines(rows) ? rows.map(marksOf) : []) };
}
