// What a run of `offer` says, as docs/reference/offer-json.md has it, and the rows of its memo.

import { compact, count, money } from "../format/number";

export interface Estimate {
  mean: number;
  standard_error: number;
}

export interface OfferResult {
  currency: string;
  offer: string;
  samples: number;
  sign: "yes" | "no" | "too close to call";
  answer: string;
  terms: { seller: string; site: string; accelerator: string; gpus: number; promised: string; price: number; term: string; open_until: string | null; is_sale: boolean };
  delta_eue: Estimate;
  delta_firm_eue: Estimate;
  delta_lolh: Estimate;
  delta_cost: Estimate;
  breakeven_price: Estimate | null;
  prepayment: { amount: number; expected_loss: number };
  against: { alternative: string; delta_eue: Estimate; delta_cost: Estimate; signing_saves: Estimate }[];
  drivers: { block: string; delta_eue: Estimate }[];
  toml: string;
}

/// "-270M ± 15M"
export const about = ({ mean, standard_error }: Estimate): string => `${compact(mean)} ± ${compact(standard_error)}`;

/// The verdict, and its colour.
export function verdict(result: OfferResult): { word: string; tone: "good" | "bad" | "open" } {
  if (result.sign === "yes") return { word: result.terms.is_sale ? "Accept" : "Sign", tone: "good" };
  if (result.sign === "no") return { word: result.terms.is_sale ? "Do not accept" : "Do not sign", tone: "bad" };
  return { word: "Too close to call", tone: "open" };
}

/// What it is, in names and values.
export function terms({ terms: of, currency, prepayment }: OfferResult): [string, string][] {
  return [
    ["Seller", of.seller],
    ["Where", of.site],
    ["What", `${count(of.gpus)} GPUs, ${of.accelerator}`],
    ["In service", of.promised],
    ["For", of.term],
    ["Price", `${of.price} ${currency}/GPUh`],
    ["Paid ahead", prepayment.amount === 0 ? "nothing" : `${money(prepayment.amount, currency)}, of which ${money(prepayment.expected_loss, currency)} is lost on average`],
    ["Open until", of.open_until ?? "no end is said"],
  ];
}

/// What signing changes a year, in names and values.
export function changes(result: OfferResult): [string, string][] {
  const { currency } = result;
  return [
    ["Unserved work", `${about(result.delta_eue)} GPUh a year`],
    ["of it firm", `${about(result.delta_firm_eue)} GPUh a year`],
    ["Hours short", `${about(result.delta_lolh)} a year`],
    ["Cost, with what the unserved is worth", `${about(result.delta_cost)} ${currency} a year`],
    ["Pays up to", result.breakeven_price ? `${about(result.breakeven_price)} ${currency}/GPUh` : "nothing would be paid for"],
  ];
}
