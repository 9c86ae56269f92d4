// A scenario as the edits of a book's text that make it.

import type { Shape } from "../api/client";
import type { Contract, Delivery, Growth, Known, Offer, Rate, Work } from "./book";
import { monthsLater } from "../format/days";
import type { Settings } from "./scenario";
import { signed } from "./sign";

export type Edit = Shape<"Edit">;

/// A number of a book times a factor, to six digits.
export const times = (rate: Rate, factor: number): string => `${Number((rate.number * factor).toPrecision(6))} ${rate.unit}`;

/// The edits that make a scenario of a book; what the book does not have is passed over.
export function editsOf(book: Known, settings: Settings): Edit[] {
  const lost = lostOf(book, settings);
  const stays = book.deliveries.filter(({ key }) => !lost.has(key));
  const goneContracts = gone(book, lost);
  return [
    ...growthEdits(book.growths, settings),
    ...book.works.flatMap((work) => workEdits(work, settings)),
    ...stays.flatMap((delivery) => slipEdits(delivery, slipOf(delivery, settings))),
    ...priceEdits(book.contracts.filter(({ id }) => !goneContracts.has(id)), settings.price ?? 1),
    ...lossEdits(book, lost, goneContracts),
    ...offerEdits(book, settings),
  ];
}

/// The edits that an answer is asked of: a price does not change what is served, and its slider need not wait for the desk.
export const askedOf = (book: Known, settings: Settings): Edit[] => editsOf(book, { ...settings, price: undefined });

/// The deliveries that a scenario takes away, by key.
export function lostOf(book: Known, settings: Settings): Set<string> {
  const names = new Set(settings.lost);
  return new Set(book.losses.filter(({ key }) => names.has(key)).flatMap(({ takes }) => takes));
}

/// The months by which a delivery comes later; what is delivered does not.
export const slipOf = (delivery: Delivery, settings: Settings): number =>
  delivery.isDelivered ? 0 : (settings.late ?? 0) + (settings.slip?.[delivery.key] ?? 0);

function growthEdits(growths: Growth[], { growth = 1, only }: Settings): Edit[] {
  const isOnly = growths.some(({ id }) => id === only);
  return growths.flatMap((one): Edit[] => {
    const edit = (field: string, value: string): Edit => ({ table: "growth", id: one.id, field, value });
    const isTouched = growth !== 1 || isOnly;
    // A book that writes one scenario has only those that it writes: of one that only stands in, all is written.
    const isAll = isTouched && !one.isWritten;
    const chance = isOnly ? `${one.id === only ? 100 : 0} %` : isAll ? `${one.probability} %` : null;
    const rates = (["tokens", "accelerators"] as const).flatMap((field) => {
      const rate = one[field];
      return rate && (growth !== 1 || isAll) ? [edit(field, times(rate, growth))] : [];
    });
    return [...(chance === null ? [] : [edit("probability", chance)]), ...rates];
  });
}

function workEdits(work: Work, { growth = 1, efficiency = 1 }: Settings): Edit[] {
  const edit = (field: string, value: string): Edit => ({ table: "workload", id: work.id, field, value });
  return [
    ...(work.efficiency && efficiency !== 1 ? [edit("efficiency", times(work.efficiency, efficiency))] : []),
    ...(work.growth && growth !== 1 ? [edit("growth", times(work.growth, growth))] : []),
  ];
}

function slipEdits({ table, id, promised, others }: Delivery, months: number): Edit[] {
  if (months === 0 || promised === null) return [];
  const moved = [{ field: "promised", day: promised }, ...others];
  return moved.map(({ field, day }) => ({ table, id, field, value: monthsLater(day, months) }));
}

function priceEdits(contracts: Contract[], factor: number): Edit[] {
  if (factor === 1) return [];
  return contracts.flatMap(({ id, written }) => (written ? [{ table: "contract", id, field: written.field, value: times(written, factor) }] : []));
}

/// Contracts of which nothing is left.
function gone(book: Known, lost: Set<string>): Set<string> {
  const left = new Set(book.deliveries.filter(({ key }) => !lost.has(key)).map(({ contract }) => contract));
  return new Set(book.contracts.map(({ id }) => id).filter((id) => !left.has(id)));
}

/// Takes out what is lost and what names it; who came after it comes after whom that came after.
function lossEdits(book: Known, lost: Set<string>, goneContracts: Set<string>): Edit[] {
  const out = book.deliveries.filter(({ key }) => lost.has(key));
  const parts = out.filter(({ table }) => table !== "contract").map(({ table, id }): Edit => ({ table, id }));
  const whole = [...goneContracts].map((id): Edit => ({ table: "contract", id }));
  const calls = book.options.filter(({ contract }) => goneContracts.has(contract)).map(({ id }): Edit => ({ table: "option", id }));
  const chains = book.deliveries.flatMap((one): Edit[] => {
    if (lost.has(one.key) || one.after === null) return [];
    const next = standing(book, lost, one);
    return next === one.after ? [] : [{ table: "tranche", id: one.id, field: "after", value: next }];
  });
  return [...parts, ...whole, ...calls, ...chains];
}

/// The nearest tranche before one that is not lost.
function standing(book: Known, lost: Set<string>, one: Delivery): string | null {
  let after = one.after;
  for (let steps = 0; after !== null && steps < book.deliveries.length; steps += 1) {
    const key = `tranche/${one.contract}.${after}`;
    if (!lost.has(key)) return after;
    after = book.deliveries.find((other) => other.key === key)?.after ?? null;
  }
  return after;
}

/// Signs what is signed; who is lost signs nothing, and offers nothing.
function offerEdits(book: Known, settings: Settings): Edit[] {
  const isLost = withoutSeller(book, settings);
  return book.offers.flatMap((offer) => {
    if (isLost(offer)) return [{ table: "offer", id: offer.id }];
    const blocks = settings.sign?.[offer.id] ?? 0;
    return blocks > 0 ? signed(book, offer, blocks) : [];
  });
}

/// Says of an offer whether its seller or its site is lost.
export function withoutSeller(book: Known, settings: Settings): (offer: Offer) => boolean {
  const names = new Set(settings.lost);
  const sites = new Set(book.losses.filter(({ key }) => names.has(key)).flatMap((loss) => loss.sites));
  return (offer) => names.has(`supplier/${offer.seller}`) || sites.has(offer.site);
}
