// What the contracts of a scenario cost over the headline: price times GPUs times hours, and nothing else.

import type { Known, Offer } from "./book";
import { dayOf, earlier, hoursBetween, later, monthsLater, spanLater } from "../format/days";
import { lostOf, slipOf, withoutSeller } from "./edits";
import type { Settings } from "./scenario";
import { inService } from "./sign";

/// The first day of a stretch of months, and the first after it.
export interface Stretch {
  from: string;
  until: string;
}

/// The headline's months (`2026-01` to `2027-12`) as days.
export function stretchOf({ from, to }: { from: string; to: string }): Stretch {
  const last = dayOf(to) ?? to;
  return { from: `${from}-01`, until: spanLater(last, "1 d") ?? last };
}

/// Money for all that is bought, in the book's currency: each price at all its GPUs from the promised day to the end of its term. Ramps,
/// credits, idle hours that are not paid, and contracts without a price are left out.
export function bill(book: Known, settings: Settings, stretch: Stretch): number {
  const lost = lostOf(book, settings);
  const factor = settings.price ?? 1;
  const prices = new Map(book.contracts.filter(({ buyer }) => buyer === book.owner).map((one) => [one.id, one]));
  const contracted = book.deliveries.map((one) => {
    const contract = prices.get(one.contract ?? "");
    if (!contract?.price || one.promised === null || lost.has(one.key)) return 0;
    const from = monthsLater(one.promised, slipOf(one, settings));
    return contract.price * factor * one.gpus * hours(from, contract.term, stretch);
  });
  return sum(contracted) + sum(book.offers.map((offer) => signedBill(book, offer, settings, stretch)));
}

const sum = (all: number[]): number => all.reduce((total, one) => total + one, 0);

function hours(from: string, term: string, stretch: Stretch): number {
  const ends = spanLater(from, term) ?? stretch.until;
  return hoursBetween(later(from, stretch.from), earlier(ends, stretch.until));
}

function signedBill(book: Known, offer: Offer, settings: Settings, stretch: Stretch): number {
  const blocks = Math.min(settings.sign?.[offer.id] ?? 0, offer.blocks);
  const from = inService(offer, book.asOf);
  if (blocks <= 0 || from === null || offer.perHour === null || withoutSeller(book, settings)(offer)) return 0;
  return offer.perHour * gpusOf(offer, blocks) * hours(from, offer.term, stretch);
}

/// GPUs of blocks; racks by what a rack of the type holds, which its name says (`gb300-nvl72`), or 8.
export function gpusOf(offer: Offer, blocks: number): number {
  const rack = /nvl(\d+)$/.exec(offer.accelerator)?.[1];
  return blocks * offer.block.count * (offer.block.unit === "racks" ? Number(rack ?? 8) : 1);
}
