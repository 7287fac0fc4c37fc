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

export interface UnitFigures {
  code: string;
  valid_from: string;
  name: string;
  parent: string;
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

export interface UnitReporting {
  code: string;
  valid_from: string;
  name: string;
  parent: string;
  n_devices: number;
  n_changes: number;
  last_received_at_ms: number | null;
}

export interface ReportingRes {
  units: UnitReporting[];
  /** Absent when nothing is missing. */
  problems?: Missing[];
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

export function isSignedOut(thrown: unknown): boolean {
  return typeof thrown === "object" && thrown !== null && "status" in thrown && thrown.status === 401;
}

export const hub = {
  session: () => ask<SessionRes>("session"),
  signIn: (name: string, password: string) =>
    ask<SessionRes>("session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, password }),
    }),
  signOut: () => ask<unknown>("session", { method: "DELETE" }),
  catalogue: () => ask<HubCatalogueRes>("catalogue"),
  periods: (calendar: string) => ask<PeriodListRes>(`periods?${new URLSearchParams({ calendar })}`),
  figures: (of: { unit: string; period: string; calendar: string; as: string }) =>
    ask<HubFiguresRes>(`figures?${new URLSearchParams({ ...of, by_unit: "true" })}`),
  reporting: () => ask<ReportingRes>("reporting"),
};
