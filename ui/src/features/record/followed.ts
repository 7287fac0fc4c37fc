// What else changed with what was saved, said in the same breath.
import type { FollowedDto, RecordSaveRes } from "../../api/generated";
import { catalogue } from "../../state/catalogue.svelte";
import { writeNumber } from "../../text/number";
import { t } from "../../words/words.svelte";

/** `text`, and after it whose status follows. */
export function withFollowed(text: string, saved: readonly RecordSaveRes[]): string {
  const followed = saved.flatMap((one) => one.followed);
  const [first] = followed;
  if (!first) return text;
  const also = followed.length === 1 ? t().form.followed(first.title, labelOf(first)) : t().form.followedMany(writeNumber(followed.length));
  return `${text}. ${also}`;
}

function labelOf(one: FollowedDto): string {
  const kind = catalogue.kind(one.kind);
  return catalogue.label((kind && catalogue.field(kind, one.field)?.list) ?? null, one.code);
}
