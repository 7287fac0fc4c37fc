// When the page has been painted with something in it to act on: the window's splash goes then, and a bench reads when.

const TO_ACT_ON = "input, button";

/** Calls `then` once, after the frame in which `target` has a field or a button for the first time. */
export function oncePainted(target: Element, then: () => void): void {
  const observer = new MutationObserver(look);
  function look(): void {
    if (!target.querySelector(TO_ACT_ON)) return;
    observer.disconnect();
    // The first comes before the frame is painted, the second after it.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        performance.mark("usable");
        then();
      }),
    );
  }
  observer.observe(target, { childList: true, subtree: true });
  look();
}
