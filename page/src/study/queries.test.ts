import { describe, expect, it } from "vitest";
import type { Job } from "../runs/queries";
import { pick } from "./queries";

const job = (id: string, more: Partial<Job> = {}): Job =>
  ({ id, kind: "study", state: "done", book: "b2", changes: [], options: {}, is_cancelled: false, progress: 1, doing: "", who: "x", made: "", tries: 1, ...more });

describe("which study is shown", () => {
  const jobs = [job("run", { state: "running" }), job("what-if", { changes: [{}] }), job("new"), job("assess", { kind: "assess" }), job("old", { book: "b1" })];
  it("is the newest that is done, with the one before and the one that comes", () => {
    const found = pick(jobs, undefined, "b2");
    expect([found.study?.id, found.before?.id, found.coming?.id, found.isOld]).toEqual(["new", "old", "run", false]);
  });
  it("is the one that the address names, and old where the book has changed", () => {
    const found = pick(jobs, "old", "b2");
    expect([found.study?.id, found.before, found.isOld]).toEqual(["old", null, true]);
  });
  it("is none where none was made", () => {
    expect(pick([], undefined, "b2").study).toBeNull();
  });
});
