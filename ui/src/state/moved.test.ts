import { describe, expect, it } from "vitest";
import { onMoved, tellMoved, withNewIds } from "./moved";

describe("records that got other ids", () => {
  const ids = new Map([["a", "b"]]);

  it("are renamed wherever a form names them, and nothing else is", () => {
    const values = { branch: "a", note: "aa", lines: [{ person: "a", n: 1 }], none: null };
    expect(withNewIds(values, ids)).toEqual({ branch: "b", note: "aa", lines: [{ person: "b", n: 1 }], none: null });
  });

  it("are told to whoever listens, until it stops", () => {
    const heard: string[] = [];
    const stop = onMoved((new_ids) => heard.push(...new_ids.values()));
    tellMoved([]);
    tellMoved([{ from: "a", to: "b" }]);
    stop();
    tellMoved([{ from: "b", to: "c" }]);
    expect(heard).toEqual(["b"]);
  });
});
