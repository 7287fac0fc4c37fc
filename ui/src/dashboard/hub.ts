// The hub's JSON, asked with the session's cookie.
import type { CalendarDto, ErrorBody, FigureDto, IndicatorDto, ListDto, PeriodListRes } from "../api/generated";

export interface SessionRes {
  name: string;
  /** Code of the unit whose subtree the account may read. */
  unit: string;
}

export interface HubCatalogueRes {
  version: number;
  digest: string;
  indicators: IndicatorDto[];
  lists: ListDto[];
  calendars: CalendarDto[];
}

/** One version of a unit. */
export interface UnitName {
  code: string;
  valid_from: string;
  name: string;
  parent: string;
}

export interface UnitFigures extends UnitName {
  figures: FigureDto[];
}

/** Something that was received and that the figures are without. */
export interface Missing {
  code: string;
  unit: { code: string; valid_from: string; name: string; parent: string };
  device: string;
  first_seq: number;
  n_changes: number;
}

export interface HubFiguresRes {
  period: { label: string; first: string; last: string };
  figures: FigureDto[];
  units?: UnitFigures[];
  /** Absent when nothing is missing. */
  problems?: Missing[];
}

export interface UnitReporting extends UnitName {
  n_devices: number;
  n_changes: number;
  last_received_at_ms: number | null;
}

export interface ReportingRes {
  units: UnitReporting[];
  /** Absent when nothing is missing. */
  problems?: Missing[];
}

/** What can be said of a period: a comment, or one of two decisions. */
export type Act = "comment" | "accepted" | "returned";

/** A word of the province to one commune or to all. */
export interface HubMessage {
  number: number;
  at_ms: number;
  kind: Act;
  author: string;
  text: string;
  calendar: string | null;
  period: string | null;
  indicator: string | null;
  record: string | null;
  /** None when all communes hear it. */
  to: { code: string; valid_from: string | null; name: string | null } | null;
}

export interface MessagesRes {
  unit: UnitName;
  messages: HubMessage[];
}

/** A period as a commune signed it. */
export interface HubSubmission {
  calendar: string;
  period: string;
  number: number;
  state: "received" | "accepted" | "returned";
  digest: string;
  at_ms: number;
  note: string;
  /** By the records that the hub has; none of what is not the newest of its period. */
  differences: { indicator: string; submitted: number | null; here: number | null }[] | null;
}

export interface HubAnswer {
  calendar: string;
  period: string;
  reply_to: number;
  text: string;
  at_ms: number;
}

export interface SubmissionsRes {
  unit: UnitName;
  submissions: HubSubmission[];
  answers: HubAnswer[];
}

/** A commune's period. */
interface PeriodOfUnit {
  unit: string;
  valid_from: string;
  calendar: string;
  period: string;
}

interface SaidRes {
  bulletin: number;
}

/** RFC 9457 with the code and facts that the words need. */
type Problem = Partial<ErrorBody> & { status?: number };

const byStatus: Record<number, string> = { 401: "auth.required", 403: "auth.out_of_scope", 503: "storage.busy" };

function failure(problem: Problem, status: number): ErrorBody {
  return {
    code: problem.code ?? byStatus[status] ?? "app.fault",
    params: problem.params ?? {},
    incident: problem.incident ?? "",
  };
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/v1/${path}`, { credentials: "same-origin", ...init });
  } catch {
    throw { code: "hub.offline", params: {}, incident: "" } satisfies ErrorBody;
  }
  const text = await response.text();
  const body: unknown = text === "" ? {} : JSON.parse(text);
  if (!response.ok) throw { ...failure(body as Problem, response.status), status: response.status };
  return body as T; // the hub's answers are documented by its OpenAPI
}

function post<T>(path: string, body: object): Promise<T> {
  return ask<T>(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

export function isSignedOut(thrown: unknown): boolean {
  return typeof thrown === "object" && thrown !== null && "status" in thrown && thrown.status === 401;
}

export const hub = {
  session: () => ask<SessionRes>("session"),
  signIn: (name: string, password: string) => post<SessionRes>("session", { name, password }),
  signOut: () => ask<unknown>("session", { method: "DELETE" }),
  catalogue: () => ask<HubCatalogueRes>("catalogue"),
  periods: (calendar: string) => ask<PeriodListRes>(`periods?${new URLSearchParams({ calendar })}`),
  figures: (of: { unit: string; period: string; calendar: string; as: string }) =>
    ask<HubFiguresRes>(`figures?${new URLSearchParams({ ...of, by_unit: "true" })}`),
  reporting: () => ask<ReportingRes>("reporting"),
  messages: (of: { unit: string; valid_from: string }) => ask<MessagesRes>(`messages?${new URLSearchParams(of)}`),
  submissions: (of: { unit: string; valid_from: string }) => ask<SubmissionsRes>(`submissions?${new URLSearchParams(of)}`),
  comment: (said: PeriodOfUnit & { indicator: string | null; text: string }) => post<SaidRes>("comments", said),
  decide: (said: PeriodOfUnit & { verdict: "accepted" | "returned"; note: string; digest: string | null }) => post<SaidRes>("decisions", said),
};
