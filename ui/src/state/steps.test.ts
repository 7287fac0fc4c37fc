import { expect, test } from "vitest";
import { Steps } from "./steps.svelte";

function written() {
  let text = "";
  const steps = new Steps<string>(
    () => text,
    (to) => (text = to),
  );
  const write = (next: string, typing: string | null = null) => {
    steps.note(typing);
    text = next;
  };
  return { steps, write, read: () => text };
}

test("each change goes back and comes again", () => {
  const { steps, write, read } = written();
  write("a");
  write("b");
  steps.undo();
  expect([read(), steps.canUndo, steps.canRedo]).toEqual(["a", true, true]);
  steps.redo();
  expect(read()).toBe("b");
  steps.undo();
  write("c");
  expect(steps.canRedo).toBe(false);
});

test("letters under one name are one step until they are settled", () => {
  const { steps, write, read } = written();
  write("n", "note");
  write("ng", "note");
  steps.settle();
  write("ngu", "note");
  steps.undo();
  expect(read()).toBe("ng");
  steps.undo();
  expect(read()).toBe("");
});
