// A small book for tests, as the desk would answer it.

import type { Shape } from "../api/client";

type Book = Shape<"BookShape">;
type Fields = Record<string, string>;

/// A thing with its fields; a field whose name begins with `~` is what the file leaves out.
function thing(id: string, fields: Fields): Shape<"ThingShape"> {
  const values = Object.entries(fields).map(([name, text]) => {
    const number = Number.parseFloat(text);
    const unit = text.replace(/^[\d.]+\s*/, "");
    const isNumber = /^\d/.test(text) && !/^\d{4}-/.test(text);
    return { field: name.replace("~", ""), text, mark: name.startsWith("~") ? "default" : "press", ...(isNumber ? { number, unit: unit || null } : {}) };
  });
  return { id, place: "book.toml:1", values };
}

const TABLES: Record<string, Record<string, Fields>> = {
  book: { "": { as_of: "2025-11-30", currency: "USD", owner: "we" } },
  growth: {
    base: { probability: "60 %", tokens: "6 times/year", accelerators: "2 times/year" },
    high: { probability: "40 %", tokens: "10 times/year", accelerators: "3 times/year" },
  },
  party: { we: { kind: "tenant" }, iron: { kind: "supplier", name: "Iron" }, nord: { kind: "supplier", name: "Nord" }, nvidia: { kind: "gpu-maker", name: "NVIDIA" }, dell: { kind: "server-maker" } },
  grid: { ercot: { name: "ERCOT" } },
  site: { plains: { name: "Plains", grid: "ercot" }, fjord: { name: "Fjord" } },
  contract: {
    iron: { name: "Iron, Plains", seller: "iron", buyer: "we", site: "plains", accelerator: "gb300-nvl72", "price.total": "10 GUSD", "~price.per_gpu_hour": "3 USD/GPUh", term: "60 months" },
    nord: { seller: "nord", buyer: "we", site: "fjord", accelerator: "hgx-h100", gpus: "1000", promised: "2024-12-31", delivered: "2024-12-31", "price.per_gpu_hour": "2 USD/GPUh", term: "24 months" },
  },
  tranche: {
    "iron.one": { gpus: "100", promised: "2026-06-30", "accelerators.promised": "2026-03-31", "~power.promised": "2026-06-20", "accelerators.from": "order" },
    "iron.two": { gpus: "100", promised: "Q3 2026", after: "one" },
    "iron.three": { gpus: "100", promised: "2026-12-31", after: "two" },
  },
  fleet: { own: { gpus: "50", site: "plains", accelerator: "gb300-nvl72", promised: "2025-10-09", delivered: "2025-10-09" } },
  workload: {
    chat: { level: "5 Mtok/s", efficiency: "3 times/year", "~growth": "none" },
    training: { level: "9000 GPU", "~efficiency": "1 times/year", growth: "2 times/year" },
  },
  offer: {
    more: { name: "More", seller: "iron", site: "plains", accelerator: "gb300-nvl72", block: "10 racks", blocks: "4", lead_time: "3 months", "start.from": "2026-01-01", "start.until": "2027-01-01", "price.per_gpu_hour": "3.10 USD/GPUh", term: "12 months", "take_or_pay.share": "96 %", "prepayment.share": "0 %" },
    late: { seller: "nord", site: "fjord", accelerator: "hgx-h100", block: "8 GPU", blocks: "1", lead_time: "24 months", "start.from": "2026-01-01", "start.until": "2027-01-01", "price.per_gpu_hour": "2 USD/GPUh", term: "12 months", "prepayment.share": "5 %" },
  },
  option: { call: { contract: "iron" } },
  purchase: { order: { seller: "dell", maker: "nvidia" } },
};

const tables = Object.entries(TABLES).map(([table, things]) => ({ table, about: "", ids: [], rows: Object.entries(things).map(([id, fields]) => thing(id, fields)) }));

export const BOOK = { id: "ab12", title: "A small book", as_of: "2025-11-30", tables, files: [] } as unknown as Book;
