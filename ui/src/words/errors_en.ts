import { writeNumber } from "../text/number";
import type { ErrorCode, IssueCode, Message, Params, Sentence } from "./codes";

const n = (value: string | number | undefined) => (typeof value === "number" ? writeNumber(value) : (value ?? "…"));
const range = ({ min, max }: Params) => {
  if (min === undefined) return `At most ${n(max)}.`;
  return max === undefined ? `At least ${n(min)}.` : `Must be between ${n(min)} and ${n(max)}.`;
};

export const errorsEn = {
  "app.fault": { title: "The program failed and this was not done", next: "Try again. If it happens again, give the incident number to support; saved records are safe.", severity: "error" },
  "app.not_open": { title: "The register is locked", next: "Enter the PIN to open it.", severity: "notice" },
  "app.already_open": { title: "The register is open in another window", next: "Use that window, or close it and try again.", severity: "warning" },
  "app.busy": { title: "The program is doing something else", next: "Wait a moment and try again.", severity: "notice" },
  "register.exists": { title: "This PC already has a register", next: "Close the program and open it again to use that register.", severity: "warning" },
  "register.wrong_pin": { title: "Wrong PIN", next: ({ wait_s }) => (wait_s ? `Wait ${n(wait_s)} seconds, then try again.` : "Enter the PIN again."), severity: "error" },
  "register.wait": { title: "Too many wrong PINs", next: ({ wait_s }) => `Wait ${n(wait_s)} seconds, then try again.`, severity: "warning" },
  "register.wrong_recovery_code": { title: "Wrong recovery code", next: "Compare each group with the printed sheet and enter it again.", severity: "error" },
  "register.pin_too_short": { title: "The PIN is too short", next: "Use at least 6 digits or letters.", severity: "error" },
  "register.pin_too_simple": { title: "The PIN is too easy to guess", next: "Avoid 123456, 000000 or one repeated character.", severity: "error" },
  "store.too_new": { title: ({ found, max }) => `The register was written by a newer version (level ${n(found)}, this one reads ${n(max)})`, next: "Update the program and open it again.", severity: "error" },
  "store.damaged": { title: "The register file is damaged", next: "Delete nothing. Ask support to restore it from a backup.", severity: "error" },
  "store.disk_full": { title: "The disk is full and the record was not saved", next: "Free some space and save again.", severity: "error" },
  "store.busy": { title: "The register is busy", next: "Wait a moment and try again.", severity: "warning" },
  "store.io": { title: "The disk cannot be read or written", next: "Check the disk and try again. If it happens again, report the incident number.", severity: "error" },
  "record.unknown_kind": { title: "The catalogue has no such kind of record", next: "Update the program, or choose another kind.", severity: "error" },
  "record.unknown_id": { title: "This record was not found", next: "Go back to the list and look for it again.", severity: "error" },
  "record.invalid": { title: "Something in the record needs correcting", next: "Correct the fields marked red and save again.", severity: "error" },
  "record.erased": { title: "This record is erased", next: "Restore it if it is needed again.", severity: "warning" },
  "unit.unknown": { title: "There is no unit with this code", next: "Look for the commune again.", severity: "error" },
  "unit.not_valid": { title: "This unit did not exist on that day", next: "Choose the unit that fits the day.", severity: "error" },
  "period.unknown": { title: "The chosen calendar has no such period", next: "Choose another period.", severity: "error" },
  "enrol.bad_file": { title: "The enrolment file cannot be read", next: "Ask the province to send it again.", severity: "error" },
  "enrol.bad_code": { title: "Wrong enrolment code", next: "Compare the code with the province and enter it again.", severity: "error" },
  "enrol.expired": { title: "The enrolment code has expired or was used", next: "Ask the province for a new one.", severity: "error" },
  "enrol.other_unit": { title: "The enrolment code is for another unit", next: "Ask the province for a code for this commune.", severity: "error" },
  "sync.not_enrolled": { title: "This register is not enrolled with the province", next: "Enrol on the Sync page with the province's file or code.", severity: "notice" },
  "sync.offline": { title: "The province cannot be reached", next: "Every record is kept on this PC. Check the network and send later.", severity: "warning" },
  "sync.refused": { title: "The province refused the connection", next: "Send again later; if it happens again, report the incident number to the province.", severity: "error" },
  "sync.batch_refused": { title: "The province did not take part of the data", next: "It is still on this PC. Report the incident number to the province.", severity: "error" },
  "sync.other_hub": { title: "This address is not the hub you enrolled with", next: "Nothing was sent. Ask the province before sending again.", severity: "error" },
  "sync.bad_receipt": { title: "The province's receipt is not valid", next: "It does not count as received. Send again; if it happens again, report the incident number.", severity: "error" },
  "sync.revoked": { title: "The province has withdrawn this PC's right to send", next: "Ask the province to enrol it again. The records are still here.", severity: "error" },
  "sync.too_old": { title: "This version is too old to send", next: "Update the program and send again. The records are still here.", severity: "error" },
  "sync.cancelled": { title: "Sending was stopped", next: "What the province received is kept; the rest goes next time.", severity: "notice" },
  "sync.stalled": { title: "The connection stalled and sending stopped", next: "What the province received is kept. Send again on a better network.", severity: "warning" },
  "usage.bad_request": { title: "The program sent a wrong request", next: "Open this page again. If it happens again, report the incident number.", severity: "error" },
  "hub.offline": { title: "The server cannot be reached", next: "Check the network and reload the page.", severity: "warning" },
  "hub.signed_out": { title: "The session has ended", next: "Sign in again.", severity: "notice" },
  "hub.wrong_password": { title: "Wrong name or password", next: "Enter them again.", severity: "error" },
} satisfies Record<ErrorCode, Message>;

export const issuesEn = {
  "record.required": "Fill in this field.",
  "record.wrong_type": "The value does not fit this field.",
  "record.too_long": ({ max }) => `Longer than ${n(max)} characters.`,
  "record.out_of_range": range,
  "record.unknown_code": "Choose an entry of the list.",
  "record.unknown_field": "This kind of record has no such field.",
  "record.bad_date": "Not a date. Example: 5/2/2026.",
  "record.bad_number": "Not a number. Example: 2.260 or 82,91.",
  "record.ambiguous_number": "The dot can be read two ways here. Type 1,4 for decimals, 1.400 for thousands.",
  "record.unknown_reference": "The chosen record was not found.",
  "record.unit_not_valid": "The unit did not exist on this day.",
  "record.control_character": "There is a stray character; delete it and type again.",
  "record.unknown_criterion": "This criterion is not in the chosen set.",
  "record.rule": "The numbers of this record do not fit together.",
} satisfies Record<IssueCode, Sentence>;
