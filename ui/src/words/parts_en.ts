import type { partsVi } from "./parts_vi";

export const partsEn: typeof partsVi = {
  parts: {
    view: "Show figures",
    whole: "Whole commune",
    byPlace: { branch: "By branch", hamlet: "By hamlet" },
    placeOf: { branch: "Branch", hamlet: "Hamlet" },
    noPlace: { branch: "No branch given", hamlet: "No hamlet given" },
    split: "Split by",
    share: "Part of target",
    shareTitle: "What this is of the commune's target",
    silent: "no records",
    silentTitle: "No record in the period",
    silentOf: {
      branch: (n, of, names) => `${n} of ${of} branches have no record in the period: ${names}.`,
      hamlet: (n, of, names) => `${n} of ${of} hamlets have no record in the period: ${names}.`,
    },
    everyPlace: {
      branch: (of) => `All ${of} branches have records in the period.`,
      hamlet: (of) => `All ${of} hamlets have records in the period.`,
    },
    caption: (view, period) => `Indicators ${view.toLowerCase()}, ${period}`,
    show: "What the table shows",
    shows: { value: "Result", before: "Year before", change: "Change", share: "Part of target" },
    open: (place) => `Every indicator of ${place}`,
    back: { branch: "All branches", hamlet: "All hamlets" },
    noTargets: "Targets are for the whole commune, so here are only results and those of the year before.",
    cell: (indicator, place, value) => `${indicator}, ${place}: ${value}. See the records`,
    all: "All",
    same: "The rows add up to the last one.",
    twice: (sum, whole, more, heading) =>
      `The rows come to ${sum}, the last one is ${whole}: ${more} too many, because whoever is in several rows of “${heading}” counts once in each, and once in the last.`,
    ratio: "A rate does not add up: the last row is all numerators over all denominators.",
    rounded: (sum, whole) => `The rows come to ${sum}, the last one is ${whole}: numbers of former units are divided by shares and rounded.`,
    notAtPlaces: "This indicator counts units, so it is not split by branch or hamlet.",
    atPlace: (heading, place) => `${heading}: ${place}`,
  },
};
