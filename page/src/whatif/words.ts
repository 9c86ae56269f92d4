// A scenario in words, for who did not move the sliders.

import { count } from "../format/number";
import type { Known } from "./book";
import { gpusOf } from "./bill";
import type { Settings } from "./scenario";

const factor = (value: number): string => `× ${Number(value.toFixed(3))}`;
const months = (many: number): string => `${Math.abs(many)} ${Math.abs(many) === 1 ? "month" : "months"} ${many < 0 ? "earlier" : "later"}`;

/// What a scenario changes, each in a few words.
export function wordsOf(book: Known, settings: Settings): string[] {
  const delivery = (key: string): string => book.deliveries.find((one) => one.key === key)?.name ?? key;
  const loss = (key: string): string => {
    const found = book.losses.find((one) => one.key === key);
    if (!found) return `without ${key}`;
    return found.kind === "maker" ? `${found.name} delivers nothing more` : `without ${found.name}`;
  };
  const sign = ([id, blocks]: [string, number]): string => {
    const offer = book.offers.find((one) => one.id === id);
    return offer ? `sign ${offer.name}, ${count(gpusOf(offer, Math.min(blocks, offer.blocks)))} GPUs` : `sign ${id}`;
  };
  return [
    ...(settings.only ? [`only ${settings.only} growth`] : []),
    ...(settings.growth ? [`growth ${factor(settings.growth)}`] : []),
    ...(settings.efficiency ? [`efficiency growth ${factor(settings.efficiency)}`] : []),
    ...(settings.late ? [`all deliveries ${months(settings.late)}`] : []),
    ...Object.entries(settings.slip ?? {}).map(([key, many]) => `${delivery(key)} ${months(many)}`),
    ...(settings.lost ?? []).map(loss),
    ...Object.entries(settings.sign ?? {}).map(sign),
    ...(settings.price ? [`prices ${factor(settings.price)}`] : []),
  ];
}

/// What a scenario names that the book does not have: an address of another book says so.
export function unknownOf(book: Known, settings: Settings): string[] {
  const has = (all: { key?: string; id?: string }[], key: string): boolean => all.some((one) => one.key === key || one.id === key);
  return [
    ...(settings.only && !has(book.growths, settings.only) ? [settings.only] : []),
    ...Object.keys(settings.slip ?? {}).filter((key) => !has(book.deliveries, key)),
    ...(settings.lost ?? []).filter((key) => !has(book.losses, key)),
    ...Object.keys(settings.sign ?? {}).filter((id) => !has(book.offers, id)),
  ];
}
