import { describe, expect, it } from "vitest";
import { axis, lanes, later } from "./timeline";
import type { Whole } from "./things";

const written = (field: string, text: string) => ({ field, text, mark: "press" });
const book = {
  tables: [
    { table: "party", about: "", ids: ["id"], rows: [{ id: "nscale", values: [written("name", "Nscale")] }] },
    { table: "contract", about: "", ids: ["id"], rows: [{ id: "nscale", values: [written("seller", "nscale"), written("term", "60 months")] }] },
    { table: "tranche", about: "", ids: ["contract", "id"], rows: [{ id: "nscale.sines", values: [written("promised", "2026-03-31"), written("gpus", "12600")] }] },
  ],
} as unknown as Whole;

describe("contracts on a timeline", () => {
  it("last as long as their term", () => {
    expect(new Date(later(Date.UTC(2026, 2, 31), "60 months")).toISOString().slice(0, 10)).toBe("2031-03-31");
    expect(later(0, "45 d")).toBe(45 * 86_400_000);
    expect(later(0, "for ever")).toBeNaN();
  });
  it("have a bar for each tranche with what a run found of its delivery", () => {
    const [lane] = lanes(book, [{ tranche: "nscale.sines", gpus: 12_600, promised: "2026-03-31", p10: "2026-04-02", p50: "2026-05-21", p90: null }]);
    expect([lane?.seller, lane?.bars[0]?.gpus, lane?.bars[0]?.slip?.p90]).toEqual(["Nscale", 12_600, null]);
    expect(axis(lane ? [lane] : [], "2032-01-01")).toEqual({ from: Date.UTC(2026, 0, 1), until: Date.UTC(2032, 0, 1) });
  });
});
