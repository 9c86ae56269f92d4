import { describe, expect, it } from "vitest";
import { followed, roundOf, type Round } from "./bounds";

describe("bounds of a plan while they close", () => {
  it("are read from what the run says", () => {
    expect(roundOf("evaluation 3: no plan below 1.38G, plan 1.39G, gap 0.5 %")).toEqual({ evaluation: 3, below: "1.38G", plan: "1.39G", gap: "0.5 %" });
    expect(roundOf("plan: evaluation 1: no plan below 1.2G, no plan yet")?.plan).toBeNull();
    expect(roundOf("walk-away prices: 1 of 24")).toBeNull();
  });
  it("are kept one for each evaluation", () => {
    const said = ["evaluation 1: no plan below 1G, no plan yet", "futures", "evaluation 2: no plan below 2G, plan 3G, gap 33 %", "evaluation 2: no plan below 2G, plan 2.5G, gap 20 %"];
    expect(said.reduce<Round[]>(followed, []).map(({ evaluation, gap }) => [evaluation, gap])).toEqual([
      [1, null],
      [2, "20 %"],
    ]);
  });
});
