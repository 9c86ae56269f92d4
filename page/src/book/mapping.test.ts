import { describe, expect, it } from "vitest";
import { framed, placed, project, radius } from "./mapping";
import { pointOf } from "./places";
import type { Site } from "./things";

const site = (id: string, place: string, zone: string): Site => ({ id, name: id, place, zone, megawatts: null, gpus: 0, billed: null });

describe("sites on the map", () => {
  it("stand at their place, or in the middle of their zone where the place is in another", () => {
    expect(pointOf("oslo", "EFTA-NO")?.isExact).toBe(true);
    expect(pointOf("oslo", "EU-FI")).toEqual({ at: [26.3, 62.8], isExact: false });
    expect(pointOf("nowhere", "XX")).toBeNull();
  });
  it("do not hide one another, and are listed where nobody knows where they are", () => {
    const found = placed([site("a", "dallas", "US-TX"), site("b", "dallas", "US-TX"), site("c", "", "XX")]);
    expect(found.placed.map(({ at }) => at)).toEqual([[-96.8, 32.8], [-95.89999999999999, 32.3]]);
    expect(found.unplaced.map(({ id }) => id)).toEqual(["c"]);
  });
  it("are all within the frame", () => {
    const frame = framed([[-120, 50], [25, 65]]);
    for (const point of [[-120, 50], [25, 65]] as [number, number][]) {
      const [x, y] = project(point, frame);
      expect(x > 0 && x < frame.width && y > 0 && y < frame.height).toBe(true);
    }
  });
  it("have an area by their megawatts", () => {
    expect(radius(800) - radius(200)).toBeCloseTo(radius(200) - 0.35, 6);
  });
});
