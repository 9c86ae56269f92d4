import { describe, expect, it } from "vitest";
import { counted, megawatts, nameOf, sites, type Whole } from "./things";

const written = (field: string, text: string) => ({ field, text, mark: "press" });
const book = {
  tables: [
    { table: "site", about: "", ids: ["id"], rows: [{ id: "barstow", values: [written("grid_power", "240 MW"), written("zone", "US-TX"), written("accelerator.gb300-nvl72.billed_power", "2.31 kW")] }] },
    { table: "contract", about: "", ids: ["id"], rows: [{ id: "nscale", values: [written("accelerator", "gb300-nvl72"), written("name", "Nscale")] }] },
    { table: "tranche", about: "", ids: ["contract", "id"], rows: [{ id: "nscale.barstow", values: [written("site", "barstow"), written("gpus", "104000")] }] },
  ],
} as unknown as Whole;

describe("things of a book", () => {
  it("reads powers and counts in the book's units", () => {
    expect([megawatts("1.2 GW"), megawatts("2.31 kW"), megawatts("none"), counted("104000"), counted("")]).toEqual([1200, 0.00231, null, 104_000, null]);
  });
  it("says how much of a site's megawatts its contracts are billed for", () => {
    const [site] = sites(book);
    expect([site?.gpus, site?.megawatts]).toEqual([104_000, 240]);
    expect(site?.billed).toBeCloseTo(240.24, 2);
  });
  it("names a thing by its id where it has no name", () => {
    expect(book.tables.flatMap((table) => table.rows).map(nameOf)).toEqual(["barstow", "Nscale", "nscale.barstow"]);
  });
});
