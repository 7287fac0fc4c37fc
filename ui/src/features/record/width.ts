// Widths of the columns of lists and of small tables, reckoned from what a field can hold: rows come and go while a list is scrolled, and
// its columns stand still.
import type { FieldDto } from "../../api/generated";
import { catalogue } from "../../state/catalogue.svelte";
import { say, t } from "../../words/words.svelte";

/** A letter of a cell and of a heading at the median, a digit, and what stands beside the text, in rem. */
const [LETTER, HEAD_LETTER, DIGIT, BESIDE] = [0.5, 0.5, 0.58, 1.7];
/** What is longer is cut where no room is left. */
const LONG = 14;

export interface Column {
  /** In rem. */
  least: number;
  /** What it would have beyond that, in rem: its share of the room that is left. */
  more: number;
}

const fixed = (least: number): Column => ({ least, more: 0 });
/** Room for `least` letters always; what is left is shared by what each lacks of `whole`. */
const wide = (least: number, whole = least * 2): Column => ({ least: BESIDE + least * LETTER, more: (whole - least) * LETTER });

/** A column of so many letters under a heading, whose longest word is not cut. */
export function letters(n: number, heading: string): Column {
  const word = Math.max(0, ...heading.split(/\s+/).map((one) => one.length));
  return fixed(BESIDE + Math.max(n * LETTER, (word + 2) * HEAD_LETTER));
}

/** The same for digits, which are wider. */
export const digits = (n: number, heading: string): Column => letters((n * DIGIT) / LETTER, heading);

export function columnOf(field: FieldDto): Column {
  const heading = say(field.label);
  switch (field.type) {
    case "year":
      return digits(4, heading);
    case "bool":
      return letters(5, heading);
    case "date":
      return digits(10, heading);
    case "integer":
    case "decimal":
      return digits(7, heading);
    case "money":
      return digits(13, heading);
    case "code": {
      const labels = catalogue.items(field.list).map((item) => say(item.label).length);
      const longest = Math.max(4, ...labels);
      return longest > LONG ? wide(LONG, longest) : letters(longest, heading);
    }
    default:
      return wide(LONG);
  }
}

/** Of the column that a record is known by: the names of people are never cut, other titles share what is left. */
export function titleOf(field: FieldDto | undefined, least: number): Column {
  return field?.personal ? letters(22, say(field.label)) : wide(least, least * 1.5);
}

/** Of so many choices or fewer in a row of a small table, all lie open. */
export const N_OPEN = 3;

/** What a control needs in a row of a small table, in rem. */
export function leastOfCell(field: FieldDto): number {
  const open = (labels: string[]) => labels.reduce((sum, label) => sum + Math.max(3.6, 1.2 + label.length * DIGIT), 0);
  switch (field.type) {
    case "bool":
      return open([t().common.yes, t().common.no]);
    case "year":
    case "integer":
    case "decimal":
      return 5;
    case "date":
    case "money":
      return 8.5;
    case "code": {
      const items = catalogue.items(field.list).map((item) => say(item.label));
      if (field.list === "criterion") return 14;
      return items.length <= N_OPEN ? open(items) : 9;
    }
    default:
      return 10;
  }
}

/** What the table needs so that no column is narrower than it should be. */
export const leastOf = (columns: readonly Column[]): string => `${columns.reduce((all, one) => all + one.least, 0).toFixed(2)}rem`;

/** The widths of a table's columns beside each other. Of columns without a width a browser makes all alike. */
export function widthsOf(columns: readonly Column[]): string[] {
  const more = columns.reduce((all, one) => all + one.more, 0);
  const left = `max(0rem, 100cqw - ${leastOf(columns)})`;
  return columns.map((one) => {
    const least = `${one.least.toFixed(2)}rem`;
    return one.more === 0 ? least : `calc(${least} + ${left} * ${(one.more / more).toFixed(4)})`;
  });
}
export { fixed, wide };
