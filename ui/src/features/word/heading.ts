// What a word of the province is about, as its heading.
import type { BulletinDto } from "../../api/generated";
import { catalogue } from "../../state/catalogue.svelte";
import { lowerFirst, periodName, say, t } from "../../words/words.svelte";

/** What the page with the words is about; its own title says it. */
export type About = "period" | "record" | "nothing";

type Headed = Pick<BulletinDto, "kind" | "period" | "indicator">;

/** Empty when there is nothing that the page does not say. */
export function headingOf(message: Headed, on: About): string {
  const period = message.period === null ? "" : lowerFirst(periodName(message.period));
  if (message.kind === "accepted") return t().message.accepted(period);
  if (message.kind === "returned") return t().message.returned(period);
  const indicator = message.indicator === null ? undefined : catalogue.indicator(message.indicator);
  const ofPeriod = period !== "" && on !== "period" ? t().message.periodOf(period) : "";
  const about = [ofPeriod, indicator ? say(indicator.label) : message.indicator].filter(Boolean).join(" · ");
  return about === "" ? "" : t().message.commentAbout(about);
}
