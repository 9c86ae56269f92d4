import { describe, expect, it } from "vitest";
import { figures } from "../../../report/src/figures";

const frontier = {
  currency: "USD",
  tail: "20 %",
  points: [
    [0, 100, 300],
    [0.5, 120, 200],
    [1, 120, 200],
  ],
  signs: [[], [{ offer: "own-us-1", start: "2027-06-30", blocks: 2, gpus: 1152 }], null],
  chosen: [0.2, 100, 300],
};

describe("cost against risk", () => {
  const picture = figures["plan-frontier"]?.(frontier);
  it("says what the plan of a point would sign", () => {
    expect(picture?.picked?.(0, 1)).toEqual({ head: "0.50 to 1.00 of weight on the worst: what is signed", lines: [["own-us-1", "1,152 GPUs from 30 Jun 2027"]] });
    expect(picture?.picked?.(0, 0)?.head).toBe("0.00 of weight on the worst: nothing is signed");
  });
  it("says nothing of points whose plan is not known, and of other marks", () => {
    expect(picture?.picked?.(0, 2)).toBeNull();
    expect(picture?.picked?.(2, 0)).toBeNull();
  });
  it("can be stepped through, point by point", () => {
    expect(picture?.steps().map((step) => step.dataIndex)).toEqual([0, 0, 1, 2]);
  });
});
