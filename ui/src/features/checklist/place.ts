// How a place is called.
import type { ChecklistPlaceDto } from "../../api/generated";
import { t } from "../../words/words.svelte";

export const placeName = (place: ChecklistPlaceDto): string => (place.value === "" ? (t().checklist.noPlace[place.field] ?? "") : place.label);
