// What runs are called, and what one may ask of each.

import type { Job } from "./queries";

/// An option of a command that the page offers.
export interface Choice {
  name: string;
  label: string;
  about: string;
  usual: number;
  least: number;
  most: number;
}

export interface Kind {
  kind: string;
  label: string;
  about: string;
  choices: Choice[];
}

const samples = (usual: number): Choice => ({ name: "samples", label: "Futures", about: "More of them make errors smaller", usual, least: 8, most: 100_000 });
const seed: Choice = { name: "seed", label: "Seed", about: "The same seed draws the same futures", usual: 1, least: 0, most: 1e9 };

/// The runs that can be started, the most wanted first.
export const KINDS: Kind[] = [
  {
    kind: "study",
    label: "Study",
    about: "All parts on one book with one seed: what the pages on the left show",
    choices: [
      samples(1_000),
      { name: "stress-samples", label: "Futures of each stress", about: "Of every counterfactual", usual: 250, least: 0, most: 10_000 },
      { name: "offer-samples", label: "Futures of each offer", about: "Of those that ask least", usual: 150, least: 0, most: 10_000 },
      { name: "plan-futures", label: "Futures of the plan", about: "0 leaves the plan out", usual: 4, least: 0, most: 1_000 },
      seed,
    ],
  },
  { kind: "assess", label: "Assess", about: "Will it hold: probability, place and cause of a shortfall", choices: [samples(1_000), seed] },
  { kind: "stress", label: "Stress", about: "What fails with whom: each party, site, grid and delivery taken away in turn", choices: [samples(250), seed] },
  { kind: "value", label: "Value", about: "Money on each side of every contract", choices: [samples(1_000), seed] },
  {
    kind: "plan",
    label: "Plan",
    about: "What to sign, when, at what price, with a certified gap",
    choices: [
      { name: "scenarios", label: "Futures", about: "That the plan is made for", usual: 10, least: 1, most: 1_000 },
      { name: "starts", label: "Days to sign on", about: "Today is the first of them", usual: 1, least: 1, most: 36 },
      seed,
    ],
  },
  { kind: "calendar", label: "Calendar", about: "Dated rights and money", choices: [] },
  { kind: "check", label: "Check", about: "What is odd in the book", choices: [] },
];

export const labelOf = (kind: string): string => KINDS.find((known) => known.kind === kind)?.label ?? kind;

/// Says a run in a few words: "Study, 1,000 futures".
export function told(job: Job): string {
  const given = Object.entries(job.options).map(([name, value]) => (value === true ? name : `${name} ${String(value)}`));
  return [labelOf(job.kind), ...given.map((text) => text.replaceAll("-", " "))].join(", ");
}

/// Says how long a run took, or takes so far: "52 s", "3 min 5 s".
export function took(job: Job, now: number): string {
  if (!job.begun) return "–";
  const seconds = Math.max(0, Math.round(((job.ended ? Date.parse(job.ended) : now) - Date.parse(job.begun)) / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
