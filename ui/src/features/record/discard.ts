// Throwing a draft away. Nothing that was typed is lost by one press: it is told with a way back.
import type { DraftSaveReq } from "../../api/generated";
import { errorBody } from "../../api/transport";
import { router } from "../../state/router.svelte";
import { ask } from "../../state/session.svelte";
import { toasts } from "../../state/toast.svelte";
import { failureLine } from "../../words/failure";
import { t } from "../../words/words.svelte";
import { undo } from "../undo/undo.svelte";

export async function throwAway(draft: DraftSaveReq): Promise<void> {
  await ask("draft_discard", { id: draft.id });
  toasts.say(t().home.discarded, { label: t().undo.undo, testid: "toast-undo", takesBack: true, run: () => void takeBack(draft) });
}

// To where drafts stand: a form that is open may hold another one by now.
async function takeBack(draft: DraftSaveReq): Promise<void> {
  try {
    await ask("draft_save", draft);
    undo.turns += 1;
    router.go("home");
  } catch (thrown) {
    toasts.warn(failureLine(errorBody(thrown)));
  }
}
