// Choices that are on their way: a name was typed and left before anybody had looked it up. What saves waits for them.
const pending = new Set<Promise<void>>();

export function pend(choice: Promise<void>): void {
  pending.add(choice);
  void choice.finally(() => pending.delete(choice));
}

export async function settled(): Promise<void> {
  while (pending.size > 0) await Promise.allSettled(pending);
}
