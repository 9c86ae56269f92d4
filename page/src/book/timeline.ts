// Contracts with their tranches on an axis of time: what is promised, what is likely, until when it lasts.

import { dayOf, spanLater } from "../format/days";
import type { Delivery } from "./queries";
import { contractOf, counted, nameOf, text, thing, things, type Whole } from "./things";

export interface Bar {
  id: string;
  gpus: number | null;
  promised: number;
  ends: number;
  delivered: boolean;
  /// Days by which one, five and nine futures in ten have it; the last may never come.
  slip: { p10: number; p50: number; p90: number | null } | null;
}

export interface Lane {
  contract: string;
  name: string;
  seller: string;
  bars: Bar[];
}

/// The instant of a day as a book writes it, `Q3 2026` too; not a number where it says none.
const at = (text: string): number => Date.parse(`${dayOf(text) ?? ""}T00:00:00Z`);

/// The end of a span that a book writes, as "60 months", after an instant.
export function later(from: number, span: string): number {
  const end = spanLater(new Date(from).toISOString().slice(0, 10), span);
  return end === null ? NaN : Date.parse(end);
}

/// The contracts of a book in the order in which they begin.
export function lanes(book: Whole, deliveries: Delivery[]): Lane[] {
  const made = things(book, "contract").map((contract) => {
    const own = things(book, "tranche").filter((tranche) => contractOf(tranche) === contract.id);
    const bars = (own.length > 0 ? own : [contract]).flatMap((tranche) => {
      const id = tranche === contract ? `${contract.id}.all` : tranche.id;
      const promised = at(text(tranche, "promised"));
      const term = text(tranche, "term") || text(contract, "term");
      const ends = at(text(tranche, "ends") || text(contract, "ends"));
      const found = deliveries.find((delivery) => delivery.tranche === id);
      const slip = found ? { p10: at(found.p10), p50: at(found.p50), p90: found.p90 === null ? null : at(found.p90) } : null;
      if (Number.isNaN(promised)) return [];
      const until = Number.isNaN(ends) ? later(promised, term) : ends;
      return [{ id, gpus: counted(text(tranche, "gpus")), promised, ends: until, delivered: text(tranche, "delivered") !== "", slip }];
    });
    const seller = thing(book, "party", text(contract, "seller"));
    return { contract: contract.id, name: nameOf(contract), seller: seller ? nameOf(seller) : text(contract, "seller"), bars };
  });
  return made.filter((lane) => lane.bars.length > 0).sort((a, b) => first(a) - first(b));
}

const first = (lane: Lane): number => Math.min(...lane.bars.map((bar) => bar.promised));

/// The axis: from the year of the first promise to the end of the book's horizon.
export function axis(lanes: Lane[], until: string): { from: number; until: number } {
  const from = new Date(Math.min(...lanes.map(first)));
  const end = at(until);
  return { from: Date.UTC(from.getUTCFullYear(), 0, 1), until: Number.isNaN(end) ? Math.max(...lanes.flatMap((lane) => lane.bars.map((bar) => bar.ends))) : end };
}
