// One table being filled: its rows, what stands above them for all, what is wrong, its draft, and saving.
import type { DraftDto, ErrorBody, FieldDto, FieldValue, IssueDto, KindDto, RecordCheckRes, RecordSaveRes } from "../../api/generated";
import { errorBody } from "../../api/transport";
import { settled } from "../../components/pending";
import type { Remark } from "../../components/control";
import { catalogue } from "../../state/catalogue.svelte";
import { onMoved, withNewIds } from "../../state/moved";
import { ask, session } from "../../state/session.svelte";
import { Steps } from "../../state/steps.svelte";
import { fold } from "../../text/fold";
import { issueWords } from "../../words/failure";
import type { DraftKeeper } from "../record/draft";
import { keeperOf } from "../record/keeper";
import { fieldOf, mergedIssues, unreadIssues } from "../record/issues";
import { memory } from "../record/memory";
import { isEmpty, isLines, savedValues, startingValues, type Line, type Values } from "../record/values";
import { readCell } from "./cell";
import { commonFields, fitsCell, startingColumns } from "./columns";
import { COLUMNS, keptLeft, LEFT, readLeft, ROWS } from "./draft";
import { assigned, filledDown, filledToEnd, isBlank, leftOf, paste, withCell, withDefaults, withoutDefaults, withRoom, type LeftOut, type Pasted, type Place } from "./rows";

const CHECK_PAUSE_MS = 300;

interface Snapshot {
  rows: Line[];
  columns: string[];
  left: LeftOut[];
}

export interface RowState {
  issues: IssueDto[];
  hidden: string[];
  alike: RecordCheckRes["alike"];
}

const keyOf = (issue: IssueDto): string => `${issue.field} ${issue.code}`;

export class RecordTable {
  rows = $state.raw<Line[]>([{}]);
  columns = $state.raw<string[]>([]);
  common = $state.raw<Values>({});
  /** Pasted columns that no column took, until she closes the note or gives them a field. */
  left = $state.raw<LeftOut[]>([]);
  /** By row, as of the last check; a row that was not checked yet has none. */
  states = $state.raw<(RowState | undefined)[]>([]);
  titles = $state.raw<{ [id in string]?: string }>({});
  tried = $state(false);
  busy = $state(false);
  shrinking = $state(false);
  failure = $state.raw<ErrorBody | null>(null);
  readonly steps = new Steps<Snapshot>(
    () => ({ rows: this.rows, columns: this.columns, left: this.left }),
    (to) => this.#restore(to),
  );
  #filled = $derived(this.rows.flatMap((line, row) => (isBlank(line) ? [] : [row])));
  #ofAll: string[] = $derived.by(() => {
    const above = new Set(this.above.map((field) => field.id));
    const keys = this.#filled.map((row) => new Set(this.issues(row).map(keyOf)));
    const [first, ...rest] = this.#filled;
    if (first === undefined) return [];
    return this.issues(first).filter((issue) => above.has(fieldOf(issue) ?? "") && rest.every((_, at) => keys[at + 1]?.has(keyOf(issue)))).map(keyOf);
  });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #keeper: DraftKeeper;
  #stopHearing: () => void;

  constructor(
    readonly kind: KindDto,
    draft: DraftDto | null,
  ) {
    this.#start(draft);
    this.#keeper = this.#newKeeper(draft);
    this.#stopHearing = onMoved((ids) => {
      this.rows = withNewIds(this.rows, ids);
      this.common = withNewIds(this.common, ids);
      this.#note();
    });
  }

  #start(draft: DraftDto | null): void {
    const { [ROWS]: rows, [COLUMNS]: columns, [LEFT]: left, ...common } = draft?.fields ?? {};
    this.columns = Array.isArray(columns) ? columns.filter((id): id is string => typeof id === "string") : startingColumns(this.kind);
    const starting = startingValues(this.kind, session.today, memory.branch);
    // A column that is hidden later begins as a form does; what a draft lacks above the table was emptied.
    const columnsOnly = Object.fromEntries(Object.entries(starting).filter(([id]) => !this.above.some((field) => field.id === id)));
    this.common = draft ? { ...columnsOnly, ...common } : starting;
    this.rows = withRoom(isLines(rows) ? rows : []);
    this.left = readLeft(left);
    if (draft) this.check();
  }

  get fields(): FieldDto[] {
    return this.kind.fields.filter(fitsCell);
  }

  get shown(): FieldDto[] {
    return this.columns.map((id) => this.kind.fields.find((field) => field.id === id)).filter((field): field is FieldDto => field !== undefined);
  }

  get above(): FieldDto[] {
    return commonFields(this.kind, this.columns);
  }

  get n_rows(): number {
    return this.rows.filter((line) => !isBlank(line)).length;
  }

  /** Letters typed into one cell are one step of undo, until the cell is left. */
  set(row: number, id: string, value: FieldValue): void {
    if ((this.rows[row]?.[id] ?? null) === value) return;
    const wasBlank = isBlank(this.rows[row] ?? {});
    const rows = withCell(this.rows, row, id, value).map((line, at) => {
      if (at !== row) return line;
      if (isEmpty(value)) return withoutDefaults(line, this.shown);
      return wasBlank ? withDefaults(line, this.shown) : line;
    });
    this.#change(rows, this.columns, { typing: `${row}/${id}` });
  }

  settle(): void {
    this.steps.settle();
    void this.#keeper.flush();
  }

  setCommon(id: string, value: FieldValue): void {
    this.common = { ...this.common, [id]: value };
    this.#after();
  }

  remove(row: number): void {
    const left = leftOf(this.left, (at) => at !== row);
    this.#change(this.rows.filter((_, at) => at !== row), this.columns, { left });
  }

  fillDown(row: number, id: string): void {
    this.#change(filledDown(this.rows, row, id), this.columns);
  }

  fillToEnd(row: number, id: string): void {
    this.#change(filledToEnd(this.rows, row, id), this.columns);
  }

  toggleColumn(id: string): void {
    const on = !this.columns.includes(id);
    const order = this.fields.map((field) => field.id);
    const columns = order.filter((one) => (one === id ? on : this.columns.includes(one)));
    this.#change(this.rows, columns);
  }

  #read(field: FieldDto, text: string) {
    return readCell(field, text, session.today, catalogue.items(field.list));
  }

  paste(at: Place, cells: string[][]): Pasted {
    const done = paste(this.rows, this.columns, this.fields, at, cells, (field, text) => this.#read(field, text));
    const before = this.rows;
    const shown = this.fields.filter((field) => done.columns.includes(field.id));
    const rows = done.rows.map((line, row) => (isBlank(before[row] ?? {}) ? withDefaults(line, shown) : line));
    this.#change(rows, done.columns, { left: [...this.left, ...done.left] });
    void this.#findReferences();
    return done;
  }

  /** Fields that a column which was left out can still go to. */
  get free(): FieldDto[] {
    return this.fields.filter((field) => !this.rows.some((line) => !isEmpty(line[field.id])));
  }

  closeLeft(): void {
    this.left = [];
    this.#note();
  }

  assign(one: LeftOut, id: string): void {
    const field = this.fields.find((wanted) => wanted.id === id);
    if (!field) return;
    const columns = this.fields.map((each) => each.id).filter((each) => each === id || this.columns.includes(each));
    const rows = assigned(this.rows, one, field, (of, text) => this.#read(of, text));
    this.#change(rows, columns, { left: this.left.filter((other) => other !== one) });
    void this.#findReferences();
  }

  // Names in a pasted column of references become the record of that name, when there is just one.
  async #findReferences(): Promise<void> {
    for (const field of this.shown.filter((one) => one.type === "ref" && one.ref_kind !== null)) {
      const names = new Set(this.rows.map((line) => line[field.id]).filter((cell): cell is string => typeof cell === "string" && !(cell in this.titles)));
      for (const name of names) await this.#findReference(field, name);
    }
    this.check();
  }

  async #findReference(field: FieldDto, name: string): Promise<void> {
    const none = { period: null, calendar: null, indicator: null };
    const found = await ask("record_list", { kind: field.ref_kind, search: name, ...none, offset: 0, limit: 20 }).catch(() => null);
    const same = (found?.rows ?? []).filter((row) => fold(row.title) === fold(name));
    const [only] = same.length === 1 ? same : [];
    // What was not found is shown as it was typed, and stays wrong until she chooses.
    this.titles = { ...this.titles, [only?.id ?? name]: only?.title ?? name };
    if (!only) return;
    this.rows = this.rows.map((line) => (line[field.id] === name ? { ...line, [field.id]: only.id } : line));
    this.#note();
  }

  async fetchTitle(id: string): Promise<void> {
    const found = await ask("record_get", { id }).catch(() => null);
    // What was pasted and not found is its own title.
    this.titles = { ...this.titles, [id]: found?.title ?? id };
  }

  #restore(to: Snapshot): void {
    this.rows = to.rows;
    this.columns = to.columns;
    this.left = to.left;
    this.#after();
  }

  #change(rows: Line[], columns: string[], { typing = null, left = this.left }: { typing?: string | null; left?: LeftOut[] } = {}): void {
    this.steps.note(typing);
    this.left = left;
    this.rows = withRoom(rows);
    this.columns = columns;
    this.#after();
  }

  #after(): void {
    this.#note();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), CHECK_PAUSE_MS);
  }

  #note(): void {
    if (this.n_rows > 0 || this.#keeper.stored) this.#keeper.note(this.n_rows > 0 ? this.#draftFields(this.rows) : null);
  }

  #draftFields(rows: Line[]): Values {
    const above = Object.fromEntries(this.above.map((field) => [field.id, this.common[field.id] ?? null]));
    const kept = new Set(rows.filter((line) => !isBlank(line)));
    const left = leftOf(this.left, (row) => kept.has(this.rows[row] ?? {}));
    return { ...above, [ROWS]: rows.filter((line) => kept.has(line)), [COLUMNS]: this.columns, ...keptLeft(left) };
  }

  #values(line: Line, hidden: readonly string[]): Values {
    const above = Object.fromEntries(this.above.map((field) => [field.id, this.common[field.id] ?? null]));
    // What a column that was taken away held is not on the screen, so it is not saved either.
    const shown = Object.fromEntries(this.columns.map((id) => [id, line[id] ?? null]));
    return savedValues(this.kind, { ...above, ...shown }, hidden, false);
  }

  /** Has all rows judged; the answer to an older question is dropped. */
  check(): void {
    void this.#check().catch((thrown: unknown) => (this.failure = errorBody(thrown)));
  }

  async #check(): Promise<boolean> {
    const turn = ++this.#turn;
    const rows = this.rows.filter((line) => !isBlank(line));
    if (rows.length === 0) {
      this.states = [];
      return true;
    }
    const res = await ask("table_check", { kind: this.kind.id, rows: rows.map((line) => this.#values(line, [])), ids: [] });
    if (turn !== this.#turn) return false;
    const states = new Map(rows.map((line, at) => [line, res.rows[at]]));
    this.states = this.rows.map((line) => {
      const state = states.get(line);
      return state && { issues: mergedIssues(unreadIssues(this.kind, line), state.issues), hidden: state.hidden, alike: state.alike };
    });
    return true;
  }

  issues(row: number): IssueDto[] {
    const state = this.states[row];
    return state ? state.issues.filter((issue) => !state.hidden.includes(fieldOf(issue) ?? "")) : [];
  }

  /** What is wrong with a value above the table is wrong in every row, and none of theirs. */
  isOfAll(issue: IssueDto): boolean {
    return this.#ofAll.includes(keyOf(issue));
  }

  /** What is missing is not said of a row that is still being typed; what is wrong is. */
  remarks(row: number, id: string | null): Remark[] {
    return this.#remarks(this.issues(row).filter((issue) => !this.isOfAll(issue) && (id === null ? !this.columns.includes(fieldOf(issue) ?? "") : fieldOf(issue) === id)));
  }

  #remarks(issues: IssueDto[]): Remark[] {
    return issues
      .filter((issue) => this.tried || issue.code !== "record.required")
      .map((issue) => ({ level: issue.level, text: issueWords(issue, this.kind) }));
  }

  get #commonIssues(): IssueDto[] {
    return this.#filled.slice(0, 1).flatMap((row) => this.issues(row).filter((issue) => this.isOfAll(issue)));
  }

  commonRemarks(id: string): Remark[] {
    return this.#remarks(this.#commonIssues.filter((issue) => fieldOf(issue) === id));
  }

  /** The first field above the table that must be mended before any row can be saved. */
  get commonWrong(): FieldDto | null {
    const wrong = this.#commonIssues.filter((issue) => issue.level === "error").map(fieldOf);
    return this.above.find((field) => wrong.includes(field.id)) ?? null;
  }

  /** The row's own first fault. */
  ownError(row: number): IssueDto | null {
    return this.issues(row).find((issue) => issue.level === "error" && !this.isOfAll(issue)) ?? null;
  }

  isWrong(row: number): boolean {
    return this.issues(row).some((issue) => issue.level === "error");
  }

  get wrongRows(): number[] {
    return this.rows.flatMap((line, row) => (!isBlank(line) && this.isWrong(row) ? [row] : []));
  }

  /** Checks and saves; with `some`, the rows that are right although others are not. Answers how many were saved. */
  async save(some: boolean): Promise<readonly RecordSaveRes[] | null> {
    if (this.busy || this.shrinking) return null;
    this.busy = true;
    await settled();
    this.failure = null;
    clearTimeout(this.#timer);
    try {
      // What came meanwhile has it judged once more.
      if (!(await this.#check()) && !(await this.#check())) return null;
      this.tried = true;
      const wrong = new Set(this.wrongRows);
      if (wrong.size > 0 && !some) return null;
      return await this.#send(wrong);
    } catch (thrown) {
      this.failure = errorBody(thrown);
      this.#keeper.resume();
      this.#note();
      return null;
    } finally {
      this.busy = false;
    }
  }

  async #send(wrong: ReadonlySet<number>): Promise<readonly RecordSaveRes[]> {
    const right = this.rows.flatMap((line, row) => (isBlank(line) || wrong.has(row) ? [] : [{ line, row }]));
    const rest = this.rows.filter((_, row) => wrong.has(row));
    if (right.length === 0) return [];
    await this.#keeper.hold();
    const rows = right.map(({ line, row }) => this.#values(line, this.states[row]?.hidden ?? []));
    const { saved } = await ask("table_save", { kind: this.kind.id, rows, ids: [], draft_id: this.#keeper.of.id, rest: rest.length === 0 ? null : this.#draftFields(rest) });
    const { branch } = this.common;
    if (typeof branch === "string") memory.branch = branch;
    this.steps.clear();
    // What was typed while it saved is no saved row, and stays.
    const gone = new Set(right.map(({ line }) => line));
    const { rows: before } = this;
    this.left = leftOf(this.left, (row) => !gone.has(before[row] ?? {}));
    this.rows = withRoom(before.filter((line) => !gone.has(line)));
    this.tried = rest.length > 0;
    // Also what an earlier write could not keep is overtaken by the rows that are left.
    if (rest.length > 0) {
      this.#keeper.resume();
      this.#note();
    } else this.#keeper = this.#newKeeper(null);
    await this.#check();
    return saved;
  }

  async discard(): Promise<void> {
    try {
      await this.#keeper.discard();
      this.steps.clear();
      this.tried = false;
      this.#keeper = this.#newKeeper(null);
      this.#start(null);
      this.states = [];
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
