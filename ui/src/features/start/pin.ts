export type PinProblem = "short" | "simple";

/** What the register would refuse in a PIN, said before it is asked. */
export function pinProblem(pin: string): PinProblem | null {
  if ([...pin].length < 6) return "short";
  const codes = [...pin].map((sign) => sign.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, at) => code - (codes[at] ?? 0)));
  const [step] = steps;
  return steps.size === 1 && step !== undefined && Math.abs(step) <= 1 ? "simple" : null;
}

/** A recovery code in the groups that it is printed in; one without dashes is cut by fours. */
export function recoveryGroups(code: string): string[] {
  const parts = code.split(/[\s-]+/).filter(Boolean);
  if (parts.length > 1) return parts;
  return code.match(/.{1,4}/g) ?? [];
}
