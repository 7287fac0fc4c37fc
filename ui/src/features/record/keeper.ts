// The draft of what is being written, kept in the register.
import type { DraftDto, ErrorBody } from "../../api/generated";
import { errorBody } from "../../api/transport";
import { ask } from "../../state/session.svelte";
import { throwAway } from "./discard";
import { DraftKeeper } from "./draft";

/** Goes on with a draft, or begins one. `told` hears why it could not be written, and null when it was again. */
export function keeperOf(kind: string, record_id: string | null, draft: DraftDto | null, told: (failure: ErrorBody | null) => void): DraftKeeper {
  return new DraftKeeper({ id: draft?.id ?? crypto.randomUUID(), kind, record_id }, draft?.fields ?? null, {
    save: async (req) => {
      await ask("draft_save", req);
      told(null);
    },
    drop: (id) => ask("draft_discard", { id }),
    discard: throwAway,
    failed: (thrown) => told(errorBody(thrown)),
  });
}
