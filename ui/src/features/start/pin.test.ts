import { expect, test } from "vitest";
import { pinProblem, recoveryGroups } from "./pin";

test.each([
  ["12345", "short"],
  ["123456", "simple"],
  ["654321", "simple"],
  ["000000", "simple"],
  ["aluoi2", null],
  ["204613", null],
])("the PIN %s is %s", (pin, problem) => {
  expect(pinProblem(pin)).toBe(problem);
});

test("a recovery code is shown in its groups", () => {
  expect(recoveryGroups("ABCD-EFGH-1234")).toEqual(["ABCD", "EFGH", "1234"]);
  expect(recoveryGroups("ABCDEFGH12")).toEqual(["ABCD", "EFGH", "12"]);
});
