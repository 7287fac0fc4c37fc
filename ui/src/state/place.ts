// Where each list was left, by the step of the browser's history that it stands in.
import { atTop, type Place } from "../components/long";
import { router } from "./router.svelte";

const places = new Map<string, Place>();

/** Of the step that is shown; at its top when it is new. */
export function placeHere(): Place {
  const place = places.get(router.step) ?? atTop();
  places.set(router.step, place);
  return place;
}
