// An offer as the contract that signing it makes: the same rule as the command's (crates/offtake-book/src/signed.rs).

import type { Shape } from "../api/client";
import type { Known, Offer } from "./book";
import { later, spanLater } from "../format/days";

type Edit = Shape<"Edit">;

/// The day on which an offer that is signed on `day` could be in service; null when that is after the last on which it may start.
export function inService(offer: Offer, day: string): string | null {
  const ready = spanLater(day, offer.leadTime);
  if (ready === null) return null;
  const date = later(ready, offer.startFrom);
  return date <= offer.startUntil ? date : null;
}

/// The id of the contract that signing an offer makes.
export function contractId(book: Pick<Known, "contracts">, offer: Offer): string {
  const taken = new Set(book.contracts.map(({ id }) => id));
  let id = `offer-${offer.id}`;
  for (let more = 2; taken.has(id); more += 1) id = `offer-${offer.id}-${more}`;
  return id;
}

/// The contract that signing `blocks` of an offer makes, and what is left of the offer; nothing when it cannot be in service in time.
export function signed(book: Pick<Known, "contracts" | "owner" | "asOf">, offer: Offer, blocks: number): Edit[] {
  const promised = inService(offer, book.asOf);
  const many = Math.min(Math.max(blocks, 1), offer.blocks);
  if (promised === null) return [];
  const id = contractId(book, offer);
  const prepaid = Number.parseFloat(offer.prepayment) > 0 ? { "prepayment.share": offer.prepayment } : {};
  const fields = {
    name: `offer ${offer.id}, signed`,
    seller: offer.seller,
    buyer: book.owner,
    signed: book.asOf,
    site: offer.site,
    accelerator: offer.accelerator,
    [offer.block.unit]: offer.block.count * many,
    promised,
    "price.per_gpu_hour": offer.price,
    term: offer.term,
    "take_or_pay.share": offer.takeOrPay,
    ...prepaid,
  };
  const left = offer.blocks - many;
  const rest: Edit = left > 0 ? { table: "offer", id: offer.id, field: "blocks", value: left } : { table: "offer", id: offer.id };
  return [...Object.entries(fields).map(([field, value]): Edit => ({ table: "contract", id, field, value })), rest];
}
