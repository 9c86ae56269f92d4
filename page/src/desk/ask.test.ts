import { describe, expect, it } from "vitest";
import { type Fields, faults, wishOf } from "./ask";
import { shade } from "./paint";

const FIELDS: Fields = {
  tenant: "acme", gpus: 72, days: 1.5, earliest: "2027-03-01T00:00", latest: "", accelerator: "gb300-nvl72", pool: "p", firmness: 0.9,
  ceiling: "", together: "pool", wholeRacks: false, by: "start",
};

describe("a wish", () => {
  it("is what the fields say", () => {
    const wish = wishOf(FIELDS);
    expect(wish.hours).toBe(36);
    expect(wish.earliest).toBe("2027-03-01T00:00:00Z");
    expect(wish.latest).toBeNull();
    expect(wish.constraints?.pool).toBe("p");
    expect(wishOf({ ...FIELDS, together: "site" }).constraints?.pool).toBeNull();
    // A third of a day is a whole number of minutes.
    expect(wishOf({ ...FIELDS, days: 1 / 3 }).hours).toBe(8);
  });

  it("is looked at before it is sent", () => {
    expect(faults(FIELDS)).toEqual({});
    const wrong = faults({ ...FIELDS, gpus: 0.5, days: 0, earliest: "", latest: "2027-01-01T00:00", firmness: 2 });
    expect(Object.keys(wrong).sort()).toEqual(["days", "earliest", "firmness", "gpus", "latest"]);
    expect(faults({ ...FIELDS, latest: "2027-02-28T23:59" }).latest).toBeDefined();
  });
});

describe("a shade", () => {
  it("is darker the more is free, and of its own where too much is promised", () => {
    expect([-1, 0, 1, 20, 21, 100, 200].map((value) => shade(value, 100, 5))).toEqual([-1, 0, 1, 1, 2, 5, 5]);
    expect(shade(5, 0, 5)).toBe(0);
  });
});
