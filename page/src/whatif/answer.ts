// What the desk answers, and what is shown of it: the sentence, the figures with their errors, and the picture's numbers.

import { compact, count } from "../format/number";

export interface Mean {
  mean: number;
  standard_error: number;
}

interface Fan {
  p10: number;
  p50: number;
  p90: number;
}

export interface Month {
  month: string;
  lolp: Mean;
  demand: Fan;
  total: Fan & { promised: number };
}

export interface Due {
  gap: string;
  gpus: number;
  date: string;
  is_past: boolean;
  how: string;
}

/// The parts of an answer that the room shows.
export interface Answer {
  book: string;
  samples: number;
  holds: boolean;
  headline: {
    from: string;
    to: string;
    months: number;
    months_at_risk: number;
    unserved_share: Mean;
    firm_equivalent_gpus: Mean | null;
    decide_by: Due[];
  };
  lolh: Mean;
  eue: Mean;
  standard: { name: string; holds: boolean; unserved_share: Mean; unserved_limit: number | null; months_at_risk: number }[];
  months: Month[];
}

/// Takes an answer as it came; its shape is the server's.
export function answerOf(given: unknown): Answer {
  const answer = given as Answer;
  if (!Array.isArray(answer?.months) || !answer.headline) throw new Error("The desk answered without months.");
  return answer;
}

const points = (part: number): string => {
  const value = Math.abs(part) * 100;
  return value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : Number(value.toPrecision(2)).toString();
};

/// A text that no line breaks.
const held = (text: string): string => text.replaceAll(" ", "\u00a0");

/// A share with its error: `17 ± 2 %`, or `0 %`.
export function shareWithError({ mean, standard_error: error }: Mean): string {
  if (mean === 0 && error === 0) return "0 %";
  const digits = error * 100 >= 1 || mean >= 0.995 ? 0 : error * 100 >= 0.1 ? 1 : 2;
  return held(`${(mean * 100).toFixed(digits)} ± ${(error * 100).toFixed(digits)} %`);
}

/// A count with its error: `343k ± 57k`.
export const countWithError = ({ mean, standard_error: error }: Mean): string =>
  mean < 100_000 ? `${count(mean)} ± ${count(error)}` : `${compact(mean)} ± ${compact(error)}`;

/// The verdict in one sentence, beside the book's own.
export function sentence(answer: Answer, base: Answer | null): string {
  const { headline } = answer;
  const verdict = answer.holds ? "It holds" : "It does not hold";
  const risk = `${headline.months_at_risk} of ${headline.months} months at risk`;
  const unserved = `${shareWithError(headline.unserved_share)} of firm demand unserved`;
  const before = base ? `; as the book stands ${base.headline.months_at_risk} of ${base.headline.months} and ${shareWithError(base.headline.unserved_share)}` : "";
  return `${verdict}: ${risk}, ${unserved}${before}.`;
}

export interface Figure {
  id: string;
  name: string;
  unit: string;
  value: string;
  /// The difference to the base, in words; nothing where there is no base or no difference.
  change: string;
  /// Whether the change is for the better (1), for the worse (-1) or neither.
  turn: 1 | 0 | -1;
}

interface Kind {
  id: string;
  name: string;
  unit: string;
  read: (answer: Answer) => Mean | null;
  value: (mean: Mean) => string;
  change: (difference: number) => string;
}

const signed = (text: string, difference: number): string => `${difference > 0 ? "+" : "−"}${text}`;
const exact = (mean: number): Mean => ({ mean, standard_error: 0 });
const YEAR = 8_766;

const KINDS: Kind[] = [
  {
    id: "months", name: "Months at risk", unit: "of the headline", read: ({ headline }) => exact(headline.months_at_risk),
    value: ({ mean }) => count(mean), change: (by) => signed(count(Math.abs(by)), by),
  },
  {
    id: "unserved", name: "Firm demand unserved", unit: "of the headline", read: ({ headline }) => headline.unserved_share,
    value: shareWithError, change: (by) => `${signed(points(by), by)} points`,
  },
  {
    id: "lolh", name: "Hours short", unit: `hours a year of ${count(YEAR)}`, read: ({ lolh }) => lolh,
    value: countWithError, change: (by) => signed(count(Math.abs(by)), by),
  },
  {
    id: "eue", name: "Work unserved", unit: "GPU-hours a year", read: ({ eue }) => eue,
    value: countWithError, change: (by) => signed(compact(Math.abs(by)), by),
  },
  {
    id: "firm", name: "GPUs that would make it hold", unit: "firm, open to all work", read: ({ headline }) => headline.firm_equivalent_gpus,
    value: countWithError, change: (by) => signed(count(Math.abs(by)), by),
  },
];

/// The key figures with their errors, and how far each is from the base. Less is better of all of them.
export function figuresOf(answer: Answer, base: Answer | null): Figure[] {
  return KINDS.map(({ id, name, unit, read, value, change }) => {
    const [own, other] = [read(answer), base ? read(base) : null];
    const by = own && other ? own.mean - other.mean : 0;
    const isSame = Math.abs(by) < 1e-9;
    const shown = { id, name, unit, value: own ? value(own) : "none", turn: isSame ? 0 : by < 0 ? 1 : -1 } as const;
    return { ...shown, change: isSame ? (base ? "as the book" : "") : change(by) };
  });
}

/// The next gap that can still be signed for.
export function nextDue({ headline }: Answer): Due | null {
  return headline.decide_by.find((due) => !due.is_past) ?? null;
}

export interface Drawn {
  unit: string;
  headline: number;
  months: string[];
  promised: number[];
  supply: { p10: number[]; p50: number[]; p90: number[] };
  demand: { p10: number[]; p50: number[]; p90: number[] };
  lolp: number[];
  deliveries: never[];
}

const fan = (all: Fan[]): Drawn["supply"] => ({ p10: all.map((one) => one.p10), p50: all.map((one) => one.p50), p90: all.map((one) => one.p90) });

/// What the report's figure of supply and demand draws, to the end of the headline or of the book.
export function drawnOf(answer: Answer, isWhole: boolean): Drawn {
  const months = isWhole ? answer.months : answer.months.slice(0, answer.headline.months);
  return {
    unit: "any type",
    headline: months.length,
    months: months.map(({ month }) => month),
    promised: months.map(({ total }) => total.promised),
    supply: fan(months.map(({ total }) => total)),
    demand: fan(months.map(({ demand }) => demand)),
    lolp: months.map(({ lolp }) => lolp.mean),
    deliveries: [],
  };
}

/// The steps of colour for a chance of a shortfall; the last is certain.
export const stepOf = (chance: number): number => (chance <= 0 ? 0 : Math.min(6, 1 + Math.floor(chance * 5.999)));
