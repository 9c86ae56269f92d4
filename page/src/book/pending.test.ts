import { describe, expect, it } from "vitest";
import { drop, find, line, ofEdit, put } from "./pending";

const gpus = { table: "tranche", id: "nscale.barstow", field: "gpus" };

describe("edits that are not kept yet", () => {
  it("have one for each value, the last", () => {
    const edits = put(put([], { ...gpus, value: "1" }), { ...gpus, value: "2" });
    expect(edits).toHaveLength(1);
    expect(find(edits, gpus)?.value).toBe("2");
    expect(drop(edits, gpus)).toEqual([]);
  });
  it("are said in a line", () => {
    expect(line({ ...gpus, value: "2" })).toBe("tranche nscale.barstow: gpus → 2");
    expect(line({ ...gpus })).toBe("tranche nscale.barstow: gpus is taken out");
  });
  it("take the findings that are theirs", () => {
    const findings = [{ field: "edits[0].value" }, { field: "edits[1].value" }, { field: "tranche.nscale.barstow.gpus" }];
    expect(ofEdit(findings, 1, gpus).map((found) => found.field)).toEqual(["edits[1].value", "tranche.nscale.barstow.gpus"]);
  });
});
