import type { DraftDto, ErrorBody, IssueDto, KindDto, RecordDto, RecordRowDto, RecordSaveRes } from "../../api/generated";
import { errorBody } from "../../api/transport";
import { settled } from "../../components/pending";
import type { Remark } from "../../components/control";
import { onMoved, withNewIds, type NewIds } from "../../state/moved";
import { ask, session } from "../../state/session.svelte";
import { isRecordId } from "../../text/id";
import { issueWords } from "../../words/failure";
import type { DraftKeeper } from "./draft";
import { keeperOf } from "./keeper";
import { fieldOf, firstError, mergedIssues, unreadIssues } from "./issues";
import { knownFrom, withKnown } from "./known";
import { memory } from "./memory";
import { changedFields, draftOf, fromDraft, onto, patchOf, type Edited } from "./base";
import { withCriteria } from "./criteria";
import { nextValues, savedValues, startingValues, type Values } from "./values";

const CHECK_PAUSE_MS = 250;

/** One form being filled: its values, what is wrong with them, its draft, and saving. */
export class RecordForm {
  values = $state.raw<Values>({});
  checked = $state.raw<IssueDto[]>([]);
  hidden = $state.raw<string[]>([]);
  /** Stored records that may be the one being typed. */
  alike = $state.raw<RecordRowDto[]>([]);
  touched = $state.raw<ReadonlySet<string>>(new Set());
  #changed = new Set<string>();
  /** What a new record has before anybody writes. */
  #start: Values;
  /** Of a stored record: what it held where she has changed it, and what it holds elsewhere. */
  #base: Values = {};
  tried = $state(false);
  saving = $state(false);
  /** A photo is on its way into the form. */
  shrinking = $state(false);
  /** Goes up when the form is emptied: what controls keep to themselves is of the one before. */
  turn = $state(0);
  failure = $state.raw<ErrorBody | null>(null);
  draftFailure = $state.raw<ErrorBody | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  /** What it is about, and what followed from that. */
  #about: RecordDto | null = null;
  #known: Values = {};
  #keeper: DraftKeeper;
  #stopHearing: () => void;

  constructor(
    readonly kind: KindDto,
    public record: RecordDto | null,
    readonly draft: DraftDto | null,
    private readonly begun: Values = {},
  ) {
    this.#start = this.#starting();
    if (record) this.#edit(draft ? fromDraft(kind, draft.fields, record.fields) : { values: record.fields, base: record.fields });
    else this.values = draft?.fields ?? { ...this.#start, ...begun };
    this.#keeper = this.#newKeeper(draft);
    this.#stopHearing = onMoved((ids) => this.#rename(ids));
    void this.check();
    if (!record && !draft) this.#learnAll();
  }

  #learnAll(): void {
    for (const id of Object.keys(this.begun)) void this.#learn(id);
  }

  /** Asks for the record that a field names, and fills in what is known of it. */
  async #learn(id: string): Promise<void> {
    const field = this.kind.fields.find((one) => one.id === id);
    // What is stored was looked at by whoever wrote it.
    if (this.record || field?.type !== "ref" || id === "branch") return;
    const named = this.values[id];
    const about = typeof named === "string" && isRecordId(named) ? await ask("record_get", { id: named }).catch(() => null) : null;
    if (this.values[id] !== named) return;
    this.#about = about;
    this.#fill();
  }

  #fill(): void {
    const known = this.#about ? knownFrom(this.kind, this.#about, this.values[this.kind.date_field]) : {};
    const next = withKnown(this.values, this.#known, known, (id) => this.#changed.has(id));
    this.#known = known;
    if (JSON.stringify(next) === JSON.stringify(this.values)) return;
    this.values = next;
    // A form that she has only opened leaves no draft.
    if (this.#changed.size > 0) this.#keeper.note(this.#kept);
    void this.check();
  }

  #rename(ids: NewIds): void {
    this.#edit(withNewIds(this.#edited, ids));
    if (this.record) this.record = withNewIds(this.record, ids);
    this.#keeper.rename(this.record?.id ?? null, this.#kept);
  }

  get #edited(): Edited {
    return { values: this.values, base: this.#base };
  }

  #edit({ values, base }: Edited): void {
    this.values = values;
    this.#base = base;
  }

  #starting(): Values {
    return withCriteria(this.kind, startingValues(this.kind, session.today, memory.branch));
  }

  /** What a draft keeps; null when nothing is written that it would keep. */
  get #kept(): Values | null {
    const saved = (values: Values) => JSON.stringify(savedValues(this.kind, values, [], false));
    const isNothing = this.record ? changedFields(this.kind, this.#edited).length === 0 : saved(this.values) === saved(this.#start);
    if (isNothing) return null;
    return this.record ? draftOf(this.#edited) : this.values;
  }

  /** The record as it is by now, from another PC or by an undo: shown where she has changed nothing. */
  take(record: RecordDto): void {
    this.record = record;
    if (this.failure?.code === "record.destroyed" || this.failure?.code === "record.erased") this.failure = null;
    if (record.erased) this.failure = { code: this.kind.has_personal ? "record.destroyed" : "record.erased", params: {}, incident: "" };
    if (record.erased && this.kind.has_personal) return;
    this.#edit(onto(this.kind, this.#edited, record.fields));
    void this.check();
  }

  get issues(): IssueDto[] {
    return mergedIssues(unreadIssues(this.kind, this.values), this.checked);
  }

  /** What is said at a field (or a cell, by its path): nothing before it was touched. */
  remarks(path: string): Remark[] {
    const shown = this.tried || this.touched.has(path) || this.touched.has(path.split(".")[0] ?? path);
    if (!shown) return [];
    return this.issues
      .filter((issue) => issue.field === path)
      .map((issue) => ({ level: issue.level, text: issueWords(issue, this.kind) }));
  }

  /** What is said about the whole record. */
  get wholeRemarks(): Remark[] {
    if (!this.tried && this.touched.size === 0) return [];
    const known = new Set(this.kind.fields.map((field) => field.id));
    return this.issues
      .filter((issue) => !known.has(fieldOf(issue) ?? ""))
      .map((issue) => ({ level: issue.level, text: issueWords(issue, this.kind) }));
  }

  set(id: string, given: Values[string]): void {
    // Who presses the answer that was filled in means it, and does not take it back.
    const isConfirmed = id in this.#known && !this.#changed.has(id) && typeof this.values[id] === "boolean" && given === null;
    const value = isConfirmed ? (this.values[id] ?? null) : given;
    this.values = withCriteria(this.kind, { ...this.values, [id]: value }, id);
    this.#changed.add(id);
    this.#keeper.note(this.#kept);
    void this.#learn(id);
    if (id === this.kind.date_field) this.#fill();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.check(), CHECK_PAUSE_MS);
  }

  /** A field was left; one that was only passed through stays quiet. */
  touch(id: string): void {
    if (this.#changed.has(id.split(".")[0] ?? id) && !this.touched.has(id)) this.touched = new Set([...this.touched, id]);
    void this.#keeper.flush();
  }

  /** Answers false when another check has overtaken it. */
  async check(): Promise<boolean> {
    if (session.isLocking) return true;
    const turn = ++this.#turn;
    const fields = savedValues(this.kind, this.values, [], false);
    try {
      const res = await ask("record_check", { kind: this.kind.id, fields, id: this.record?.id ?? null });
      if (turn !== this.#turn) return false;
      this.checked = res.issues;
      this.hidden = res.hidden;
      this.alike = res.alike;
    } catch (thrown) {
      // A check that cannot be made must not hinder typing; saving will say what is wrong.
      if (turn === this.#turn && errorBody(thrown).code !== "app.not_open") this.checked = [];
    }
    return turn === this.#turn;
  }

  /** Saves; answers null when something is wrong, with `firstWrong` telling where. */
  async save(): Promise<RecordSaveRes | null> {
    if (this.saving || this.shrinking) return null;
    this.saving = true;
    await settled();
    this.failure = null;
    clearTimeout(this.#timer);
    try {
      if (!(await this.check())) await this.check();
      this.tried = true;
      if (this.firstWrong) return null;
      return await this.#send();
    } catch (thrown) {
      this.failure = errorBody(thrown);
      this.#keeper.resume();
      this.#keeper.note(this.#kept);
      if (this.failure.code === "record.invalid") await this.check();
      return null;
    } finally {
      this.saving = false;
    }
  }

  async #send(): Promise<RecordSaveRes> {
    await this.#keeper.hold();
    const patch = this.record
      ? patchOf(this.kind, this.#edited, this.hidden)
      : { fields: savedValues(this.kind, this.values, this.hidden, false), base: null };
    const saved = await ask("record_save", {
      id: this.record?.id ?? null,
      kind: this.kind.id,
      ...patch,
      draft_id: this.#keeper.stored ? this.#keeper.of.id : null,
    });
    const { branch } = this.values;
    if (typeof branch === "string") memory.branch = branch;
    return saved;
  }

  get firstWrong(): IssueDto | null {
    return firstError(this.kind, this.issues.filter((issue) => !this.hidden.includes(fieldOf(issue) ?? "")));
  }

  /** An empty form after a saved one. */
  again(): void {
    this.#start = withCriteria(this.kind, nextValues(this.kind, this.values, session.today));
    this.values = this.#start;
    this.#restart();
  }

  async discard(): Promise<void> {
    try {
      await this.#keeper.discard();
      if (this.record) this.#edit({ values: this.record.fields, base: this.record.fields });
      else {
        this.#start = this.#starting();
        this.values = { ...this.#start, ...this.begun };
      }
      this.#restart();
      this.#learnAll();
    } catch (thrown) {
      this.failure = errorBody(thrown);
    }
  }

  #restart(): void {
    this.turn += 1;
    this.touched = new Set();
    this.#changed.clear();
    this.#about = null;
    this.#known = {};
    this.tried = false;
    this.checked = [];
    this.alike = [];
    this.failure = null;
    this.#keeper = this.#newKeeper(null);
    void this.check();
  }

  get draftId(): string {
    return this.#keeper.of.id;
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#stopHearing();
    void this.#keeper.flush();
  }

  #newKeeper(draft: DraftDto | null): DraftKeeper {
    return keeperOf(this.kind.id, this.record?.id ?? null, draft, (failure) => (this.draftFailure = failure));
  }
}
