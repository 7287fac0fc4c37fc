import { describe, expect, test, vi } from "vitest";
import { Pages } from "./pages.svelte";

interface Answer {
  rows: string[];
  n_total: number;
}

/** A list of rows by their numbers, as the register answers for it. */
const listOf = (n: number, mark: string) => (offset: number, limit: number) =>
  Promise.resolve<Answer>({ n_total: n, rows: Array.from({ length: Math.max(0, Math.min(limit, n - offset)) }, (_, at) => `${mark}${offset + at}`) });

describe("pieces of a long list", () => {
  test("asked anew, all rows that are looked at come again", async () => {
    const pages = new Pages<string, Answer>();
    pages.run(listOf(5000, "a"), 0);
    await vi.waitFor(() => expect(pages.at(0)?.row).toBe("a0"));
    pages.need(1990, 2020);
    await vi.waitFor(() => expect(pages.at(2010)?.row).toBe("a2010"));
    pages.run(listOf(5000, "b"));
    await vi.waitFor(() => expect([pages.at(1995)?.row, pages.at(2010)?.row]).toEqual(["b1995", "b2010"]));
  });

  test("of a list that has grown between two pieces, no row is there twice", async () => {
    const pages = new Pages<string, Answer>();
    let n = 200;
    pages.run((offset, limit) => listOf(n, `of ${n}: `)(offset, limit), 0);
    await vi.waitFor(() => expect(pages.at(49)?.row).toBe("of 200: 49"));
    n = 201;
    pages.need(40, 60);
    await vi.waitFor(() => expect([pages.at(49)?.row, pages.at(50)?.row]).toEqual(["of 201: 49", "of 201: 50"]));
  });
});
