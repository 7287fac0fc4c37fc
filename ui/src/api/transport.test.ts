import { beforeEach, describe, expect, it, vi } from "vitest";
import { call, CommandError } from "./transport";

const sent: { address: string; body: unknown }[] = [];
let answers: (address: string, body: unknown) => { ok: boolean; json: unknown };
vi.stubGlobal("fetch", async (address: string, { body }: { body: string }) => {
  sent.push({ address, body: JSON.parse(body) });
  const { ok, json } = answers(address, JSON.parse(body));
  return { ok, json: async () => json };
});

beforeEach(() => {
  sent.length = 0;
  answers = (address, body) => ({ ok: true, json: address === "/api" ? (body as { command: string }[]).map(({ command }) => ({ ok: command })) : address });
});

describe("questions of one moment", () => {
  it("go as one request, and each gets its own answer", async () => {
    expect(await Promise.all([call("home_get", {}), call("sync_status", {})])).toEqual(["home_get", "sync_status"]);
    expect(sent.map(({ address }) => address)).toEqual(["/api"]);
  });

  it("go as they always did when there is one alone, or one that may take long or writes", async () => {
    await call("home_get", {});
    await Promise.all([call("sync_start", {}), call("undo_state", {})]);
    expect(sent.map(({ address }) => address)).toEqual(["/api/home_get", "/api/sync_start", "/api/undo_state"]);
  });

  it("fail one by one", async () => {
    const refused = { code: "record.unknown_id", params: {}, incident: "1" };
    answers = () => ({ ok: true, json: [{ error: refused }, { ok: 1 }] });
    const [failed, told] = await Promise.allSettled([call("record_get", { id: "x" }), call("sync_status", {})]);
    expect(failed.status === "rejected" && failed.reason).toEqual(new CommandError(refused));
    expect(told).toEqual({ status: "fulfilled", value: 1 });
  });

  it("all fail when the request does, each with words", async () => {
    answers = () => ({ ok: false, json: { code: "app.busy", params: {}, incident: "" } });
    const all = await Promise.allSettled([call("home_get", {}), call("sync_status", {})]);
    expect(all.map((one) => one.status === "rejected" && one.reason.body.code)).toEqual(["app.busy", "app.busy"]);
  });

  it("never are more than the other side takes", async () => {
    await Promise.all(Array.from({ length: 20 }, () => call("sync_status", {})));
    expect(sent.map(({ body }) => (body as unknown[]).length)).toEqual([16, 4]);
  });
});
