// What the room needs of a book: its deliveries, contracts, offers, growth and work, each read from the book's tables.

import type { Shape } from "../api/client";
import { dayOf } from "../format/days";

type Thing = Shape<"ThingShape">;
type Value = Shape<"ValueShape">;

/// GPUs that come, or came, under one contract on one day.
export interface Delivery {
  /// `tranche/nscale.barstow`: what a scenario names it by.
  key: string;
  table: "tranche" | "contract" | "fleet";
  id: string;
  name: string;
  contract: string | null;
  seller: string | null;
  site: string | null;
  accelerator: string | null;
  gpus: number;
  promised: string | null;
  isDelivered: boolean;
  /// The purchase that its accelerators come from.
  from: string | null;
  /// The tranche of the same contract that it comes after.
  after: string | null;
  /// Other days that are written for it and move with it.
  others: { field: string; day: string }[];
}

export interface Contract {
  id: string;
  name: string;
  seller: string;
  buyer: string;
  price: number | null;
  /// What is written of the price: an amount by field, as `price.total`.
  written: { field: string; number: number; unit: string } | null;
  term: string;
}

export interface Offer {
  id: string;
  name: string;
  seller: string;
  site: string;
  accelerator: string;
  /// How much a block is, in GPUs or racks.
  block: { count: number; unit: "gpus" | "racks" };
  blocks: number;
  leadTime: string;
  startFrom: string;
  startUntil: string;
  price: string;
  perHour: number | null;
  term: string;
  takeOrPay: string;
  prepayment: string;
}

export interface Rate {
  number: number;
  unit: string;
}

export interface Growth {
  id: string;
  isWritten: boolean;
  probability: number;
  tokens: Rate | null;
  accelerators: Rate | null;
}

export interface Work {
  id: string;
  efficiency: Rate | null;
  growth: Rate | null;
}

/// Somebody or something that can be lost, by key (`supplier/iren`).
export interface Loss {
  key: string;
  kind: "supplier" | "site" | "grid" | "maker";
  name: string;
  takes: string[];
  /// The sites that are lost with it.
  sites: string[];
}

export interface Known {
  id: string;
  title: string;
  owner: string;
  asOf: string;
  currency: string;
  deliveries: Delivery[];
  contracts: Contract[];
  offers: Offer[];
  growths: Growth[];
  works: Work[];
  options: { id: string; contract: string }[];
  losses: Loss[];
}

class Row {
  readonly id: string;
  readonly isWritten: boolean;
  private readonly values: Map<string, Value>;

  constructor(thing: Thing) {
    this.id = thing.id;
    this.isWritten = Boolean(thing.place);
    this.values = new Map(thing.values.map((value) => [value.field, value]));
  }

  get all(): Value[] {
    return [...this.values.values()];
  }

  text(field: string): string | null {
    const text = this.values.get(field)?.text;
    return text === undefined || text === "none" ? null : text;
  }

  isSaid(field: string): boolean {
    const value = this.values.get(field);
    return value !== undefined && value.mark !== "default" && value.text !== "none";
  }

  number(field: string): number | null {
    return this.text(field) === null ? null : (this.values.get(field)?.number ?? null);
  }

  rate(field: string): Rate | null {
    const number = this.number(field);
    return number === null ? null : { number, unit: this.values.get(field)?.unit ?? "times/year" };
  }
}

/// Reads a book for the room.
export function known(book: Shape<"BookShape">): Known {
  const rows = (table: string): Row[] => (book.tables.find((one) => one.table === table)?.rows ?? []).map((thing) => new Row(thing));
  const top = rows("book")[0];
  const contracts = rows("contract");
  const owner = top?.text("owner") ?? "";
  const parties = new Map(rows("party").map((row) => [row.id, row.text("name") ?? row.id]));
  const deliveries = shortNames(deliveriesOf(contracts, rows("tranche"), rows("fleet"), owner), parties);
  return {
    id: book.id,
    title: book.title,
    owner,
    asOf: top?.text("as_of") ?? book.as_of,
    currency: top?.text("currency") ?? "USD",
    deliveries,
    contracts: contracts.map(contractOf),
    offers: rows("offer").flatMap(offerOf),
    growths: rows("growth").map(growthOf),
    works: rows("workload").map(workOf),
    options: rows("option").flatMap((row) => (row.text("contract") ? [{ id: row.id, contract: row.text("contract") ?? "" }] : [])),
    losses: lossesOf({ deliveries, owner, parties: rows("party"), sites: rows("site"), grids: rows("grid"), purchases: rows("purchase") }),
  };
}

function deliveriesOf(contracts: Row[], tranches: Row[], fleet: Row[], owner: string): Delivery[] {
  const parts = tranches.map((row) => {
    const contract = contracts.find((one) => row.id.startsWith(`${one.id}.`));
    return deliveryOf("tranche", row, contract ?? null, contract?.text("seller") ?? null);
  });
  const cut = new Set(parts.map((part) => part.contract));
  const whole = contracts.filter((row) => !cut.has(row.id)).map((row) => deliveryOf("contract", row, row, row.text("seller")));
  return [...parts, ...whole, ...fleet.map((row) => deliveryOf("fleet", row, null, owner))];
}

/// Names parts of contracts after their seller (`Nscale: barstow`) where that says which is meant.
function shortNames(all: Delivery[], parties: Map<string, string>): Delivery[] {
  const short = ({ table, id, seller, name }: Delivery): string =>
    table === "tranche" ? `${parties.get(seller ?? "") ?? seller}: ${id.slice(id.indexOf(".") + 1)}` : name;
  const names = all.map(short);
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return all.map((one, at) => (times.get(names[at] ?? "") === 1 ? { ...one, name: names[at] ?? one.name } : one));
}

function deliveryOf(table: Delivery["table"], row: Row, contract: Row | null, seller: string | null): Delivery {
  const of = (field: string): string | null => row.text(field) ?? contract?.text(field) ?? null;
  const part = table === "tranche" ? row.id.slice((contract?.id.length ?? -1) + 1) : "";
  const name = contract?.text("name") ?? row.text("name") ?? row.id;
  const others = row.all.filter(({ field }) => field.endsWith(".promised") && row.isSaid(field));
  return {
    key: `${table}/${row.id}`, table, id: row.id, name: part ? `${name}: ${part}` : name,
    contract: contract?.id ?? null, seller, site: of("site"), accelerator: of("accelerator"),
    gpus: row.number("gpus") ?? 0, promised: dayOf(row.text("promised") ?? ""), isDelivered: row.text("delivered") !== null,
    from: of("accelerators.from"), after: row.text("after"),
    others: others.flatMap(({ field, text }) => (dayOf(text) ? [{ field, day: dayOf(text) ?? "" }] : [])),
  };
}

function contractOf(row: Row): Contract {
  const field = ["price.per_gpu_hour", "price.total"].find((one) => row.isSaid(one));
  const rate = field ? row.rate(field) : null;
  return {
    id: row.id, name: row.text("name") ?? row.id, seller: row.text("seller") ?? "", buyer: row.text("buyer") ?? "",
    price: row.number("price.per_gpu_hour"), written: field && rate ? { field, ...rate } : null, term: row.text("term") ?? "",
  };
}

function offerOf(row: Row): Offer[] {
  const [count, unit] = [row.number("block"), row.rate("block")?.unit ?? "GPU"];
  if (!count || !row.text("seller") || !row.text("site")) return [];
  return [{
    id: row.id, name: row.text("name") ?? row.id, seller: row.text("seller") ?? "", site: row.text("site") ?? "",
    accelerator: row.text("accelerator") ?? "", block: { count, unit: unit.startsWith("rack") ? "racks" : "gpus" },
    blocks: Math.max(1, row.number("blocks") ?? 1), leadTime: row.text("lead_time") ?? "0 d",
    startFrom: row.text("start.from") ?? "", startUntil: row.text("start.until") ?? "9999-12-31",
    price: row.text("price.per_gpu_hour") ?? "", perHour: row.number("price.per_gpu_hour"), term: row.text("term") ?? "",
    takeOrPay: row.text("take_or_pay.share") ?? "100 %", prepayment: row.text("prepayment.share") ?? "0 %",
  }];
}

const growthOf = (row: Row): Growth => ({
  id: row.id, isWritten: row.isWritten, probability: row.number("probability") ?? 0, tokens: row.rate("tokens"), accelerators: row.rate("accelerators"),
});

function workOf(row: Row): Work {
  // Work that is counted in GPUs grows net of efficiency already.
  const isNet = row.rate("level")?.unit === "GPU";
  return { id: row.id, efficiency: isNet ? null : row.rate("efficiency"), growth: row.rate("growth") };
}

interface Places {
  deliveries: Delivery[];
  owner: string;
  parties: Row[];
  sites: Row[];
  grids: Row[];
  purchases: Row[];
}

/// Everything whose loss takes a delivery away.
function lossesOf({ deliveries, owner, parties, sites, grids, purchases }: Places): Loss[] {
  const keys = (is: (delivery: Delivery) => boolean): string[] => deliveries.filter(is).map(({ key }) => key);
  const name = (row: Row): string => row.text("name") ?? row.id;
  const gridOf = new Map(sites.map((row) => [row.id, row.text("grid")]));
  const suppliers = parties.filter((row) => row.id !== owner).map((row): Loss => ({
    key: `supplier/${row.id}`, kind: "supplier", name: name(row), takes: keys((one) => one.seller === row.id), sites: [],
  }));
  const places = sites.map((row): Loss => ({ key: `site/${row.id}`, kind: "site", name: name(row), takes: keys((one) => one.site === row.id), sites: [row.id] }));
  const nets = grids.map((row): Loss => ({
    key: `grid/${row.id}`, kind: "grid", name: name(row), takes: keys((one) => one.site !== null && gridOf.get(one.site) === row.id),
    sites: sites.map(({ id }) => id).filter((id) => gridOf.get(id) === row.id),
  }));
  const makers = parties.filter((row) => (row.text("kind") ?? "").endsWith("maker")).map((row): Loss => {
    const own = new Set(purchases.filter((bought) => [bought.text("maker"), bought.text("seller")].includes(row.id)).map((bought) => bought.id));
    const isBy = (one: Delivery): boolean => (one.from !== null && own.has(one.from)) || (row.text("kind") === "gpu-maker" && makerOf(one.accelerator) === row.id);
    return { key: `maker/${row.id}`, kind: "maker", name: name(row), takes: keys((one) => !one.isDelivered && isBy(one)), sites: [] };
  });
  return [...suppliers, ...places, ...nets, ...makers].filter((loss) => loss.takes.length > 0);
}

/// Who makes an accelerator of the catalog, which a book does not repeat.
function makerOf(accelerator: string | null): string | null {
  if (/^(hgx-|gb\d|vera-|rubin)/.test(accelerator ?? "")) return "nvidia";
  return /^mi\d/.test(accelerator ?? "") ? "amd" : null;
}
