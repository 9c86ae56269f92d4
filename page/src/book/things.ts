// The tables of a book as things that can be found by kind and id, and what the page reads of them.

import type { Shape } from "../api/client";

export type Whole = Shape<"BookShape">;
export type Thing = Shape<"ThingShape">;
export type Value = Shape<"ValueShape">;

/// The things of a kind; none where the book has none.
export function things(book: Whole, kind: string): Thing[] {
  return book.tables.find((table) => table.table === kind)?.rows ?? [];
}

export function thing(book: Whole, kind: string, id: string): Thing | undefined {
  return things(book, kind).find((row) => row.id === id);
}

export function value(of: Thing | undefined, field: string): Value | undefined {
  return of?.values.find((known) => known.field === field);
}

/// The text of a value; nothing where it is not there, or is none.
export function text(of: Thing | undefined, field: string): string {
  const found = value(of, field)?.text ?? "";
  return found === "none" ? "" : found;
}

/// The name for people, or the id.
export const nameOf = (of: Thing): string => text(of, "name") || of.id;

/// Megawatts of a power: "240 MW", "1.2 GW"; nothing where it is none.
export function megawatts(of: string): number | null {
  const found = /^([\d.]+) (k|M|G)?W$/.exec(of);
  if (!found) return null;
  return Number(found[1]) * { k: 1e-3, M: 1, G: 1e3, "": 1e-6 }[(found[2] ?? "") as "k" | "M" | "G" | ""];
}

/// A count: "27000".
export function counted(of: string): number | null {
  const found = Number(of.replace(/ GPU$/, ""));
  return of === "" || Number.isNaN(found) ? null : found;
}

/// What of a site is known: megawatts, and how much of them contracts are billed for.
export interface Site {
  id: string;
  name: string;
  place: string;
  zone: string;
  megawatts: number | null;
  gpus: number;
  billed: number | null;
}

export function sites(book: Whole): Site[] {
  return things(book, "site").map((site) => {
    const tranches = things(book, "tranche").filter((tranche) => siteOf(book, tranche) === site.id);
    const gpus = tranches.reduce((sum, tranche) => sum + (counted(text(tranche, "gpus")) ?? 0), 0);
    const billed = tranches.map((tranche) => billedBy(book, site, tranche));
    const isKnown = billed.length > 0 && billed.every((power) => power !== null);
    return {
      id: site.id,
      name: nameOf(site),
      place: text(site, "place"),
      zone: text(site, "zone"),
      megawatts: megawatts(text(site, "grid_power")),
      gpus,
      billed: isKnown ? billed.reduce<number>((sum, power) => sum + (power ?? 0), 0) : null,
    };
  });
}

/// The site of a tranche: its own, or its contract's.
export function siteOf(book: Whole, tranche: Thing): string {
  return text(tranche, "site") || text(thing(book, "contract", contractOf(tranche)), "site");
}

export const contractOf = (tranche: Thing): string => tranche.id.split(".")[0] ?? tranche.id;

/// Megawatts that a tranche is billed for, where the site says how much for a GPU.
function billedBy(book: Whole, site: Thing, tranche: Thing): number | null {
  const kind = text(tranche, "accelerator") || text(thing(book, "contract", contractOf(tranche)), "accelerator");
  const each = megawatts(text(site, `accelerator.${kind}.billed_power`));
  const gpus = counted(text(tranche, "gpus"));
  return each === null || gpus === null ? null : each * gpus;
}
