import { describe, expect, it } from "vitest";
import { Pages, PIECE } from "./pages.svelte";

type Res = { rows: number[]; n_total: number };

/** Answers when it is told to, as a busy PC does. */
function register(n: number) {
  const asked: { offset: number; answer(): Promise<void> }[] = [];
  const question = (offset: number, limit: number) =>
    new Promise<Res>((resolve) => {
      const rows = Array.from({ length: Math.max(0, Math.min(limit, n - offset)) }, (_, at) => offset + at);
      asked.push({ offset, answer: async () => (resolve({ rows, n_total: n }), void (await new Promise((go) => setTimeout(go)))) });
    });
  return { asked, question };
}

describe("a list in pieces", () => {
  it("asks for the piece that is looked at, and for no other", async () => {
    const { asked, question } = register(100_000);
    const pages = new Pages<number, Res>();
    pages.run(question, 70_010);
    await asked[0]!.answer();
    expect(asked.map((one) => one.offset)).toEqual([70_000]);
    expect(pages.n_total).toBe(100_000);
    expect(pages.at(70_010)?.row).toBe(70_010);
    expect(pages.at(0)).toBeUndefined();
  });

  it("asks once at a time, and then for where the view has come to", async () => {
    const { asked, question } = register(100_000);
    const pages = new Pages<number, Res>();
    pages.run(question, 0);
    await asked[0]!.answer();
    pages.need(1_000, 1_030);
    pages.need(2_000, 2_030);
    pages.need(49_990, 50_020);
    expect(asked.length).toBe(2);
    await asked[1]!.answer();
    await asked[2]!.answer();
    await asked[3]!.answer();
    expect(asked.map((one) => one.offset)).toEqual([0, 1_000, 49_950, 50_000]);
    expect(pages.at(50_019)?.row).toBe(50_019);
  });

  it("drops the answer to an older question, and keeps what there is until the new one is answered", async () => {
    const [old, young] = [register(500), register(3)];
    const pages = new Pages<number, Res>();
    pages.run(old.question, 0);
    await old.asked[0]!.answer();
    pages.need(100, 130);
    pages.run(young.question, 0);
    expect(pages.at(7)?.row).toBe(7);
    await young.asked[0]!.answer();
    await old.asked[1]!.answer();
    expect(pages.n_total).toBe(3);
    expect(pages.at(7)).toBeUndefined();
    expect(pages.at(2)?.row).toBe(2);
  });

  it("reads anew where it is looked at when the register has changed", async () => {
    const [before, after] = [register(400), register(399)];
    const pages = new Pages<number, Res>();
    pages.run(before.question, 0);
    await before.asked[0]!.answer();
    pages.need(300, 320);
    await before.asked[1]!.answer();
    pages.run(after.question);
    await after.asked[0]!.answer();
    expect(after.asked[0]!.offset).toBe(300);
    expect(pages.n_total).toBe(399);
  });

  it("lets go of what is far away", async () => {
    const { asked, question } = register(100_000);
    const pages = new Pages<number, Res>();
    pages.run(question, 0);
    await asked[0]!.answer();
    for (let at = 1; at <= 60; at += 1) {
      pages.need(at * PIECE, at * PIECE + 1);
      await asked[at]!.answer();
    }
    expect(pages.at(60 * PIECE)?.row).toBe(60 * PIECE);
    expect(pages.at(0)).toBeUndefined();
  });

  it("says what went wrong, and can be asked again", async () => {
    const pages = new Pages<number, Res>();
    pages.run(() => Promise.reject(new Error("no")), 0);
    await new Promise((go) => setTimeout(go));
    expect(pages.failure?.code).toBe("app.fault");
    const { asked, question } = register(10);
    pages.run(question);
    await asked[0]!.answer();
    expect(pages.failure).toBeNull();
    expect(pages.at(9)?.row).toBe(9);
  });
});
