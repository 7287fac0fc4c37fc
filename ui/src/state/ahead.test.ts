import { beforeEach, describe, expect, it, vi } from "vitest";

const asked: string[] = [];
let answer: (command: string) => Promise<unknown> = () => Promise.resolve(null);
vi.mock("./session.svelte", () => ({ ask: (command: string) => (asked.push(command), answer(command)) }));
const { askAhead, askFirst, forgetAhead } = await import("./ahead");

beforeEach(() => {
  asked.length = 0;
  answer = (command) => Promise.resolve(`${command}'s`);
});

describe("what a page asks first", () => {
  it("is there at once when it was asked ahead, and once only", async () => {
    await askAhead([["home_get", {}], ["sync_status", {}]]);
    expect(askFirst("home_get", {})).toBe("home_get's");
    expect(askFirst("sync_status", {})).toBe("sync_status's");
    expect(askFirst("home_get", {})).toBeInstanceOf(Promise);
    expect(asked).toEqual(["home_get", "sync_status", "home_get"]);
  });

  it("is another question with another request", async () => {
    await askAhead([["record_get", { id: "a" }]]);
    expect(askFirst("record_get", { id: "b" })).toBeInstanceOf(Promise);
    expect(asked).toHaveLength(2);
  });

  it("is not asked twice when its answer takes long, and the page does not wait for it", async () => {
    vi.useFakeTimers();
    let give = (_: unknown): void => undefined;
    answer = () => new Promise((take) => (give = take));
    const waited = askAhead([["home_get", {}]]);
    await vi.advanceTimersByTimeAsync(100);
    await waited;
    vi.useRealTimers();
    const first = askFirst("home_get", {});
    give("late");
    expect(await first).toBe("late");
    expect(asked).toEqual(["home_get"]);
  });

  it("fails for the page that comes, and not before", async () => {
    answer = () => Promise.reject(new Error("no"));
    await askAhead([["home_get", {}]]);
    await expect(askFirst("home_get", {})).rejects.toThrow("no");
  });

  it("is asked anew by what the page shows later", async () => {
    await askAhead([["home_get", {}]]);
    forgetAhead();
    expect(askFirst("home_get", {})).toBeInstanceOf(Promise);
    expect(asked).toHaveLength(2);
  });

  it("is forgotten when she goes elsewhere", async () => {
    await askAhead([["home_get", {}]]);
    await askAhead([["sync_status", {}]]);
    expect(askFirst("home_get", {})).toBeInstanceOf(Promise);
  });
});
