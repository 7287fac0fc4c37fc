/** Runs and tells how long it took, in seconds. */
export async function timed(act) {
  const begun = performance.now();
  const value = await act();
  return { seconds: (performance.now() - begun) / 1000, value };
}
