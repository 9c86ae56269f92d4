import { describe, expect, it } from "vitest";
import { Lines } from "../api/live";
import { problemOf } from "../api/problem";
import { field, minute, ofField, ticks, until, wire } from "./time";

const at = (text: string): number => Date.parse(text);

describe("time", () => {
  it("is written in UTC, and no finer than it is", () => {
    expect(minute("2027-03-01T00:00:00Z")).toBe("2027-03-01");
    expect(minute("2027-03-01T06:30:00Z")).toBe("2027-03-01 06:30 UTC");
    expect(minute("never")).toBe("never");
    expect(wire(at("2027-03-01T06:30:00.400Z"))).toBe("2027-03-01T06:30:00Z");
    expect(ofField(field(at("2027-03-01T06:30:00Z")))).toBe(at("2027-03-01T06:30:00Z"));
    expect(ofField("")).toBeNaN();
  });

  it("is counted down", () => {
    const now = at("2027-03-01T00:00:00Z");
    expect(until("2027-03-01T00:00:30Z", now)).toBe("in 1 min");
    expect(until("2027-03-02T04:05:00Z", now)).toBe("in 28 h 5 min");
    expect(until("2027-03-05T04:05:00Z", now)).toBe("in 4 d 4 h");
    expect(until("2027-02-28T00:00:00Z", now)).toBe("over");
  });

  it("has marks on whole units, however far one looks", () => {
    const day = 86_400_000;
    const labels = (from: string, to: string, apart: number) => ticks(at(from), at(to), apart).map((tick) => tick.label);
    expect(labels("2026-11-15T00:00:00Z", "2027-03-02T00:00:00Z", 30 * day)).toEqual(["Dec", "2027", "Feb", "Mar"]);
    expect(labels("2027-01-31T00:00:00Z", "2027-02-02T12:00:00Z", day)).toEqual(["31 Jan", "1 Feb", "2 Feb"]);
    expect(labels("2027-01-31T20:30:00Z", "2027-02-01T02:00:00Z", day / 24)).toEqual(["21:00", "22:00", "23:00", "1 Feb", "01:00"]);
    const mondays = ticks(at("2027-02-28T00:00:00Z"), at("2027-03-20T00:00:00Z"), 6 * day);
    expect(mondays.map((tick) => tick.label)).toEqual(["1 Mar", "8 Mar", "15 Mar"]);
    expect(mondays.map((tick) => tick.isMajor)).toEqual([true, false, false]);
  });
});

describe("a stream", () => {
  it("is cut into whole lines wherever its pieces end", () => {
    const lines = new Lines();
    expect(lines.add("event: he")).toEqual([]);
    expect(lines.add("ld\r\ndata: {}\n\nev")).toEqual(["event: held", "data: {}", ""]);
    expect(lines.add("ent: x\n")).toEqual(["event: x"]);
  });
});

describe("a problem", () => {
  it("is told by its first finding, else by all objections", () => {
    const finding = { field: "gpus", problem: "is 0", fix: "ask for 1 or more" };
    expect(problemOf(422, { title: "invalid request", findings: [finding] }).message).toBe("gpus is 0: ask for 1 or more.");
    const against = [{ kind: "a", detail: "one", may_be_waived: true }, { kind: "b", detail: "two", may_be_waived: false }];
    expect(problemOf(409, { objections: against }).message).toBe("one; two");
    expect(problemOf(503, "").isOpen).toBe(true);
    expect(problemOf(500, null).message).toBe("The desk answered with status 500.");
  });
});
