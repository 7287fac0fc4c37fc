// One sitting: who is gone through, what was marked, what is wrong with it, its draft, and saving.
import type { ChecklistRes, ChecklistRowDto, CriteriaSetDto, DraftDto, ErrorBody, IssueDto, KindDto } from "../../api/generated";
import { errorBody } from "../../api/transport";
import type { Remark } from "../../components/control";
import { catalogue } from "../../state/catalogue.svelte";
import { onMoved, withNewIds } from "../../state/moved";
import { ask, session } from "../../state/session.svelte";
import { Steps } from "../../state/steps.svelte";
import { issueWords } from "../../words/failure";
import { say } from "../../words/words.svelte";
import type { DraftKeeper } from "../record/draft";
import { fieldOf } from "../record/issues";
import { keeperOf } from "../record/keeper";
import { isLines, type Values } from "../record/values";
import { draftFields, readDraft, type Sat } from "./draft";
import { conclusion, isSame, isUntouched, keyOf, movedToYear, rebased, savedRow, startOf, storedOf, type Marks, type Typed } from "./marks";
import { setOfDay, type Parts } from "./parts";

const CHECK_PAUSE_MS = 300;

export interface Place {
  field: string;
  value: string;
}

export const placeKey = (place: Place): string => `${place.field}:${place.value}`;

interface Found {
  issue: IssueDto;
  /** The criterion that it is about. */
  criterion: string | null;
}

export class Sitting {
  list = $state.raw<ChecklistRes>({ rows: [], n_total: 0 });
  day = $state("");
  year = $state(0);
  setId = $state("");
  typed = $state.raw<Typed>(new Map());
  /** By household, as of the last check. */
  issues = $state.raw<ReadonlyMap<string, Found[]>>(new Map());
  tried = $state(false);
  busy = $state(false);
  /** Another PC wrote of a household that is marked here, and nothing was saved because of that. */
  met = $state(false);
  failure = $state.raw<ErrorBody | null>(null);
  readonly steps = new Steps<Typed>(
    () => this.typed,
    (to) => {
      this.typed = to;
      this.#after();
    },
  );
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #keeper: DraftKeeper;
  #stopHearing: () => void;

  constructor(
    readonly parts: Parts,
    readonly place: Place,
    list: ChecklistRes,
    draft: DraftDto | null,
  ) {
    this.list = list;
    this.#start(draft);
    this.#keeper = this.#newKeeper(draft);
    this.#stopHearing = onMoved((ids) => {
      this.typed = new Map([...this.typed].map(([key, marks]) => [key.split(" ").map((part) => withNewIds(part, ids)).join(" "), marks]));
      this.#note();
      this.refresh();
    });
  }

  #start(draft: DraftDto | null): void {
    const read = draft && readDraft(this.kind, draft);
    this.day = read?.sat.day || session.today;
    this.year = read?.sat.year || Number(this.day.slice(0, 4));
    this.setId = read?.sat.set || (setOfDay(this.sets, this.day)?.id ?? "");
    this.typed = read?.typed ?? new Map<string, Marks>();
    if (draft) this.check();
  }

  get kind(): KindDto {
    return this.parts.kind;
  }

  get sets(): CriteriaSetDto[] {
    return catalogue.parts?.criteria_sets ?? [];
  }

  get criteria(): readonly string[] {
    return this.sets.find((set) => set.id === this.setId)?.criteria ?? [];
  }

  /** Those who left before the day are not gone through any more, unless they were assessed. */
  get rows(): ChecklistRowDto[] {
    const left = (row: ChecklistRowDto) => typeof row.fields.closed_on === "string" && row.fields.closed_on <= this.day;
    return this.list.rows.filter((row) => !left(row) || storedOf(this.parts, row, this.setId, this.year) !== undefined);
  }

  #key(row: ChecklistRowDto): string {
    return keyOf(row.id, this.setId, this.year);
  }

  marks(row: ChecklistRowDto): Marks {
    return this.typed.get(this.#key(row)) ?? startOf(this.parts, row, this.setId, this.year);
  }

  conclusion(row: ChecklistRowDto): string | null {
    return conclusion(this.parts, this.marks(row), this.criteria);
  }

  isChanged(row: ChecklistRowDto): boolean {
    const marks = this.typed.get(this.#key(row));
    if (!marks || isSame(marks, startOf(this.parts, row, this.setId, this.year))) return false;
    return storedOf(this.parts, row, this.setId, this.year) !== undefined || !isUntouched(marks);
  }

  get changed(): ChecklistRowDto[] {
    return this.rows.filter((row) => this.isChanged(row));
  }

  /** Letters of one note are one step of undo, until it is left. */
  mark(row: ChecklistRowDto, marks: Marks, typing: string | null = null): void {
    if (isSame(marks, this.marks(row))) return;
    this.steps.note(typing === null ? null : `${row.id} ${typing}`);
    this.typed = new Map(this.typed).set(this.#key(row), marks);
    this.#after();
  }

  settle(): void {
    this.steps.settle();
    void this.#keeper.flush();
  }

  /** The set of the day stands again when the day changes, and the year follows it. */
  setDay(day: string): void {
    if (day === this.day) return;
    if (/^\d{4}-\d{2}-\d{2}$/.test(day)) {
      if (this.setId === setOfDay(this.sets, this.day)?.id) this.setId = setOfDay(this.sets, day)?.id ?? this.setId;
      const year = Number(day.slice(0, 4));
      this.typed = movedToYear(this.parts, this.list.rows, this.typed, this.setId, { from: this.year, to: year });
      this.year = year;
    }
    this.day = day;
    this.#after();
  }

  setYear(year: number): void {
    this.year = year;
    this.#after();
  }

  setSet(id: string): void {
    this.setId = id;
    this.#after();
  }

  #after(): void {
    this.#note();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), CHECK_PAUSE_MS);
  }

  #note(): void {
    if (this.typed.size > 0 || this.#keeper.stored) this.#keeper.note(this.typed.size > 0 ? draftFields(this.kind, this.#sat, this.typed) : null);
  }

  get #sat(): Sat {
    return { place: placeKey(this.place), day: this.day, year: this.year, set: this.setId };
  }

  #saved(row: ChecklistRowDto): ReturnType<typeof savedRow> {
    const subject = this.parts.subject.ref_kind === null ? undefined : catalogue.kind(this.parts.subject.ref_kind);
    const at = { day: this.day, year: this.year, set: this.setId, criteria: this.criteria };
    return savedRow(this.parts, subject, row, this.marks(row), at);
  }

  /** Reads the households again; true when another PC wrote of one that is marked here. */
  async reload(): Promise<boolean> {
    const before = new Map(this.list.rows.map((row) => [row.id, row]));
    const list = await ask("checklist_get", { kind: this.kind.id, ...this.place });
    const start = (row: ChecklistRowDto) => startOf(this.parts, row, this.setId, this.year);
    const typed = new Map(this.typed);
    let met = false;
    for (const row of list.rows) {
      const old = before.get(row.id);
      const marks = typed.get(this.#key(row));
      if (!old || !marks || isSame(start(old), start(row))) continue;
      typed.set(this.#key(row), rebased(marks, start(old), start(row)));
      met = true;
    }
    this.list = list;
    this.typed = typed;
    return met;
  }

  /** The same, when what was saved is undone or goes by other ids. */
  refresh(): void {
    void this.reload().catch((thrown: unknown) => (this.failure = errorBody(thrown)));
  }

  /** Has what was marked judged; the answer to an older question is dropped. */
  check(): void {
    void this.#check().catch((thrown: unknown) => (this.failure = errorBody(thrown)));
  }

  async #check(): Promise<boolean> {
    const turn = ++this.#turn;
    const changed = this.changed;
    const rows = changed.map((row) => this.#saved(row));
    if (rows.length === 0) {
      this.issues = new Map();
      return true;
    }
    const res = await ask("table_check", { kind: this.kind.id, rows: rows.map(({ fields }) => fields), ids: rows.map(({ id }) => id) });
    if (turn !== this.#turn) return false;
    this.issues = new Map(changed.map((row, at) => [row.id, (res.rows[at]?.issues ?? []).map((issue) => this.#found(issue, rows[at]?.fields ?? {}))]));
    return true;
  }

  /** By the place of its line, as it was sent: `answers.3.note`. */
  #found(issue: IssueDto, fields: Values): Found {
    const [id, place] = issue.field?.split(".") ?? [];
    const lines = id === this.parts.lines.id ? fields[id] : null;
    const criterion = isLines(lines) ? lines[Number(place)]?.[this.parts.criterion.id] : null;
    return { issue, criterion: typeof criterion === "string" ? criterion : null };
  }

  #name({ issue, criterion }: Found): string {
    if (criterion !== null) return catalogue.label(this.parts.criterion.list, criterion);
    const field = this.kind.fields.find((one) => one.id === fieldOf(issue));
    return field ? say(field.label) : "";
  }

  /** One sentence is said once, however many fields it is about. */
  said(row: ChecklistRowDto): Remark[] {
    const remarks = (this.isChanged(row) ? (this.issues.get(row.id) ?? []) : []).map((found): Remark => {
      const name = this.#name(found);
      return { level: found.issue.level, text: name === "" ? issueWords(found.issue, this.kind) : `${name}: ${issueWords(found.issue, this.kind)}` };
    });
    return remarks.filter((one, at) => remarks.findIndex((other) => other.text === one.text && other.level === one.level) === at);
  }

  isWrong(row: ChecklistRowDto): boolean {
    return this.said(row).some((issue) => issue.level === "error");
  }

  /** Saves all or none; answers how many, none when something stands in the way. */
  async save(): Promise<number | null> {
    if (this.busy || this.changed.length === 0) return null;
    this.busy = true;
    this.failure = null;
    clearTimeout(this.#timer);
    try {
      // Another PC may have assessed a household meanwhile: its record is changed then, and no second one made;
      // but she looks at it before.
      this.met = await this.reload();
      if (this.met) return null;
      // What came meanwhile has it judged once more.
      if (!(await this.#check()) && !(await this.#check())) return null;
      this.tried = true;
      return this.changed.some((row) => this.isWrong(row)) ? null : await this.#send();
    } catch (thrown) {
      this.failure = errorBody(thrown);
      this.#keeper.resume();
      this.#note();
      return null;
    } finally {
      this.busy = false;
    }
  }

  async #send(): Promise<number> {
    const rows = this.changed.map((row) => this.#saved(row));
    const gone = new Set(this.rows.map((row) => this.#key(row)));
    const sent = this.typed;
    const left = new Map([...this.typed].filter(([key]) => !gone.has(key)));
    const rest = left.size === 0 ? null : draftFields(this.kind, this.#sat, left);
    await this.#keeper.hold();
    const { saved } = await ask("table_save", {
      kind: this.kind.id,
      rows: rows.map(({ fields }) => fields),
      ids: rows.map(({ id }) => id),
      draft_id: this.#keeper.of.id,
      rest,
    });
    // What was marked while it saved is not saved, and stays.
    this.typed = new Map([...this.typed].filter(([key, marks]) => !(gone.has(key) && sent.get(key) === marks)));
    this.steps.clear();
    this.tried = false;
    this.issues = new Map();
    // Also what an earlier write could not keep is overtaken by the marks that are left.
    if (rest === null) this.#keeper = this.#newKeeper(null);
    else this.#keeper.resume();
    this.#note();
    await this.reload();
    return saved.length;
  }

  async discard(): Promise<void> {
    try {
      await this.#keeper.discard();
      this.steps.clear();
      this.tried = false;
      this.issues = new Map();
      this.#keeper = this.#newKeeper(null);
      this.#start(null);
    } catch (thrown) {
      this.failure = errorBody(thrown);
      this.#keeper.resume();
    }
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#stopHearing();
    void this.#keeper.flush();
  }

  #newKeeper(draft: DraftDto | null): DraftKeeper {
    return keeperOf(this.kind.id, null, draft, (failure) => (this.failure = failure ?? this.failure));
  }
}
