import type { FieldValue } from "../api/generated";

/** What every control of a form takes; a form draws them without knowing which is which. */
export interface ControlProps {
  id: string;
  value: FieldValue;
  invalid?: boolean;
  required?: boolean;
  describedby?: string;
  /** Names a control that has no visible label of its own, such as a cell. */
  label?: string;
  testid?: string;
  onchange(value: FieldValue): void;
  onblur?(): void;
}

/** One choice of a combobox. */
export interface Choice {
  key: string;
  label: string;
  detail?: string;
  /** Leads elsewhere instead of being a value; taken by Enter or a click, never by Tab. */
  action?: boolean;
}

/** A sentence about a field. */
export interface Remark {
  level: "error" | "warning";
  text: string;
}
