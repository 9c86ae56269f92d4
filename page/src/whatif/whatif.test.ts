import { describe, expect, it } from "vitest";
import { type Answer, drawnOf, figuresOf, nextDue, sentence, shareWithError, stepOf } from "./answer";
import { bill, gpusOf, stretchOf } from "./bill";
import { known } from "./book";
import { dayOf, monthsLater, spanLater } from "../format/days";
import { type Edit, editsOf } from "./edits";
import { withScenario } from "./kept";
import { FULL, Latest, nextSamples, QUICK } from "./latest";
import { shownOf } from "./pick";
import { clean, isSame, put, scenario, type Settings, toggled } from "./scenario";
import { inService, signed } from "./sign";
import { BOOK } from "./small-book";
import { pathsOf } from "./small";
import { distinct, searchOf } from "./useScenario";
import { unknownOf, wordsOf } from "./words";

const book = known(BOOK);
const offer = (id: string) => book.offers.find((one) => one.id === id) ?? expect.fail(id);
const edits = (settings: Settings): string[] =>
  editsOf(book, settings).map(({ table, id, field, value }: Edit) => `${table}.${id}${field ? `.${field} = ${String(value as string | number)}` : " out"}`);

describe("days of a book", () => {
  it("are days, or the last of what is meant", () => {
    expect(["2026-09-30", "Q3 2026", "H1 2027", "2026-02", "2026", "soon"].map(dayOf)).toEqual(["2026-09-30", "2026-09-30", "2027-06-30", "2026-02-28", "2026-12-31", null]);
  });
  it("move by months, and the last day stays the last", () => {
    expect(monthsLater("2026-09-30", 3)).toBe("2026-12-31");
    expect(monthsLater("2026-01-30", 1)).toBe("2026-02-28");
    expect(monthsLater("2026-03-15", -4)).toBe("2025-11-15");
  });
  it("are counted on by spans", () => {
    expect(spanLater("2025-11-30", "3 months")).toBe("2026-02-28");
    expect(spanLater("2025-11-30", "1 month")).toBe("2025-12-30");
    expect(spanLater("2025-11-30", "13 d")).toBe("2025-12-13");
    expect(spanLater("2025-11-30", "for good")).toBeNull();
  });
});

describe("a book", () => {
  it("is read into deliveries with what moves with them", () => {
    expect(book.deliveries.map(({ key }) => key)).toEqual(["tranche/iron.one", "tranche/iron.two", "tranche/iron.three", "contract/nord", "fleet/own"]);
    expect(book.deliveries[0]).toMatchObject({ name: "Iron: one", seller: "iron", site: "plains", promised: "2026-06-30", others: [{ field: "accelerators.promised", day: "2026-03-31" }] });
    expect(book.deliveries[3]).toMatchObject({ contract: "nord", isDelivered: true });
  });
  it("says what a loss takes", () => {
    const takes = Object.fromEntries(book.losses.map(({ key, takes: all }) => [key, all.length]));
    // The owner's own is no supplier; a maker takes only what is not delivered.
    expect(takes).toEqual({ "supplier/iron": 3, "supplier/nord": 1, "site/plains": 4, "site/fjord": 1, "grid/ercot": 4, "maker/nvidia": 3, "maker/dell": 1 });
  });
});

describe("edits of a scenario", () => {
  it("are none for the book as it stands", () => {
    expect(edits({})).toEqual([]);
    expect(edits({ only: "nobody", slip: { "tranche/gone": 3 }, lost: ["supplier/gone"], sign: { gone: 1 } })).toEqual([]);
  });
  it("scale growth and draw one scenario", () => {
    expect(edits({ growth: 1.5 })).toEqual([
      "growth.base.tokens = 9 times/year", "growth.base.accelerators = 3 times/year", "growth.high.tokens = 15 times/year",
      "growth.high.accelerators = 4.5 times/year", "workload.training.growth = 3 times/year",
    ]);
    expect(edits({ only: "high" })).toEqual(["growth.base.probability = 0 %", "growth.high.probability = 100 %"]);
  });
  it("scale efficiency where work is not counted in GPUs", () => {
    expect(edits({ efficiency: 1.1 })).toEqual(["workload.chat.efficiency = 3.3 times/year"]);
  });
  it("move all days that are written, and nothing that is delivered", () => {
    expect(edits({ late: 1, slip: { "tranche/iron.two": 2, "contract/nord": 5 } })).toEqual([
      "tranche.iron.one.promised = 2026-07-31", "tranche.iron.one.accelerators.promised = 2026-04-30",
      "tranche.iron.two.promised = 2026-12-31", "tranche.iron.three.promised = 2027-01-31",
    ]);
  });
  it("take out a supplier with its contracts, its offers and what calls on them", () => {
    expect(edits({ lost: ["supplier/iron"], late: 3 })).toEqual([
      "tranche.iron.one out", "tranche.iron.two out", "tranche.iron.three out", "contract.iron out", "option.call out", "offer.more out",
    ]);
  });
  it("close the gap that a lost tranche leaves", () => {
    expect(edits({ lost: ["maker/dell"] })).toEqual(["tranche.iron.one out", "tranche.iron.two.after = null"]);
  });
  it("change the price that is written", () => {
    expect(edits({ price: 1.1 })).toEqual(["contract.iron.price.total = 11 GUSD", "contract.nord.price.per_gpu_hour = 2.2 USD/GPUh"]);
  });
});

describe("signing an offer", () => {
  it("makes a contract as the command does", () => {
    expect(signed(book, offer("more"), 3)).toEqual([
      ["name", "offer more, signed"], ["seller", "iron"], ["buyer", "we"], ["signed", "2025-11-30"], ["site", "plains"], ["accelerator", "gb300-nvl72"],
      ["racks", 30], ["promised", "2026-02-28"], ["price.per_gpu_hour", "3.10 USD/GPUh"], ["term", "12 months"], ["take_or_pay.share", "96 %"],
    ].map(([field, value]): unknown => ({ table: "contract", id: "offer-more", field, value })).concat([{ table: "offer", id: "more", field: "blocks", value: 1 }]));
  });
  it("takes no more blocks than there are, and leaves no offer then", () => {
    const all = signed(book, offer("more"), 9);
    expect(all.find(({ field }) => field === "racks")?.value).toBe(40);
    expect(all.at(-1)).toEqual({ table: "offer", id: "more" });
  });
  it("is not done when it comes too late", () => {
    expect(inService(offer("late"), "2025-11-30")).toBeNull();
    expect(signed(book, offer("late"), 1)).toEqual([]);
    expect(inService(offer("late"), "2024-06-30")).toBe("2026-06-30");
    expect(inService(offer("more"), "2025-06-30")).toBe("2026-01-01");
  });
  it("counts GPUs of racks by the type's name", () => {
    expect(gpusOf(offer("more"), 2)).toBe(1_440);
    expect(gpusOf(offer("late"), 1)).toBe(8);
  });
});

describe("settings", () => {
  it("are held within bounds, and say nothing of what is as in the book", () => {
    expect(clean({ growth: 9, efficiency: 1, late: -3, price: "x", only: "", slip: { a: 2.4, b: 0, c: 99 }, lost: ["y", "x", "x", 1], sign: [], more: 1 })).toEqual({
      growth: 2, slip: { a: 2, c: 36 }, lost: ["x", "y"],
    });
    expect([null, 3, "x", []].map(clean)).toEqual([{}, {}, {}, {}]);
    expect(isSame({ growth: 1, lost: ["b", "a"] }, { lost: ["a", "b"] })).toBe(true);
  });
  it("go through an address and come back", () => {
    const one = scenario({ name: "Rough", settings: { growth: 1.2, slip: { b: 1, a: 2 } } });
    const there = JSON.parse(JSON.stringify(searchOf({ scenario: one, compared: [one] }))) as { s: unknown; with: unknown[] };
    expect(scenario(there.s)).toEqual(one);
    expect(searchOf({ scenario: scenario(undefined), compared: [] })).toEqual({});
    expect(distinct([one, one, scenario({})])).toEqual([one]);
  });
  it("are changed without a trace of what is none", () => {
    expect(put({ a: 1 }, "a", 0)).toEqual({});
    expect(toggled(["a"], "b", true)).toEqual(["a", "b"]);
    expect(toggled(["a"], "a", false)).toEqual([]);
    expect(withScenario([{ name: "x", settings: {} }], { name: "x", settings: { late: 1 } })).toEqual([{ name: "x", settings: { late: 1 } }]);
  });
  it("are told in words", () => {
    expect(wordsOf(book, { growth: 1.2, slip: { "tranche/iron.one": 1 }, lost: ["maker/nvidia"], sign: { more: 2 } })).toEqual([
      "growth × 1.2", "Iron: one 1 month later", "NVIDIA delivers nothing more", "sign More, 1,440 GPUs",
    ]);
    expect(unknownOf(book, { only: "high", lost: ["site/moon"], sign: { more: 1 } })).toEqual(["site/moon"]);
  });
});

describe("the bill", () => {
  const stretch = stretchOf({ from: "2026-01", to: "2026-12" });
  it("is price times GPUs times hours from the promised day", () => {
    expect(stretch).toEqual({ from: "2026-01-01", until: "2027-01-01" });
    const hours = (days: number): number => days * 24;
    const iron = 3 * 100 * (hours(185) + hours(93) + hours(1));
    expect(bill(book, {}, stretch)).toBe(iron + 2 * 1_000 * hours(364));
    expect(bill(book, { lost: ["supplier/nord"], price: 2 }, stretch)).toBe(2 * iron);
    expect(bill(book, { lost: ["supplier/nord", "supplier/iron"], sign: { more: 1 } }, stretch)).toBe(0);
    expect(bill(book, { sign: { more: 1 } }, stretch) - bill(book, {}, stretch)).toBeCloseTo(3.1 * 720 * hours(307));
  });
});

const mean = (value: number, error = 0) => ({ mean: value, standard_error: error });
const month = (text: string, demand: number, chance: number) => ({
  month: text, lolp: mean(chance), demand: { p10: demand - 1, p50: demand, p90: demand + 1 }, total: { promised: 9, p10: 5, p50: 6, p90: 7 },
});
const answer = (unserved: number, atRisk: number): Answer => ({
  book: "ab12", samples: 16, holds: atRisk === 0, lolh: mean(100, 5), eue: mean(1e9, 1e7), standard: [],
  headline: {
    from: "2026-01", to: "2026-02", months: 2, months_at_risk: atRisk, unserved_share: mean(unserved, 0.019), firm_equivalent_gpus: null,
    decide_by: [{ gap: "Q1", gpus: 1, date: "2025-07-24", is_past: true, how: "" }, { gap: "Q3", gpus: 9, date: "2026-01-22", is_past: false, how: "" }],
  },
  months: [month("2026-01", 8, 1), month("2026-02", 9, 0.2), month("2026-03", 10, 0)],
});

const plain = (text: string): string => text.replaceAll("\u00a0", " ");

describe("an answer", () => {
  it("is one sentence, beside the book's", () => {
    expect(plain(sentence(answer(0.301, 2), answer(0.169, 1)))).toBe("It does not hold: 2 of 2 months at risk, 30 ± 2 % of firm demand unserved; as the book stands 1 of 2 and 17 ± 2 %.");
    expect(sentence(answer(0.0, 0), null)).toMatch(/^It holds: 0 of 2 months at risk/);
    expect(shareWithError(mean(0))).toBe("0 %");
    expect(plain(shareWithError(mean(0.1877, 0.0083)))).toBe("18.8 ± 0.8 %");
  });
  it("is figures with the difference to the book, less being better", () => {
    const [months, unserved, lolh, , firm] = figuresOf(answer(0.301, 1), answer(0.169, 2));
    expect(months).toMatchObject({ value: "1", change: "−1", turn: 1 });
    expect(unserved).toMatchObject({ change: "+13 points", turn: -1 });
    expect(lolh).toMatchObject({ value: "100 ± 5", change: "as the book", turn: 0 });
    expect(firm?.value).toBe("none");
    expect(nextDue(answer(0.3, 1))?.date).toBe("2026-01-22");
  });
  it("is drawn to the end of the headline, or whole", () => {
    expect(drawnOf(answer(0.3, 1), false)).toEqual({
      unit: "any type", headline: 2, months: ["2026-01", "2026-02"], promised: [9, 9], lolp: [1, 0.2], deliveries: [],
      supply: { p10: [5, 5], p50: [6, 6], p90: [7, 7] }, demand: { p10: [7, 8], p50: [8, 9], p90: [9, 10] },
    });
    const whole = drawnOf(answer(0.3, 1), true);
    expect(whole.months).toHaveLength(3);
    expect(pathsOf(whole, 10).demand).toBe("M0.0 8.0L50.0 4.0L100.0 0.0");
    expect([0, 0.01, 0.5, 0.99, 1].map(stepOf)).toEqual([0, 1, 3, 6, 6]);
  });
});

describe("asking", () => {
  it("draws few futures first, and many when nobody drags", () => {
    const has = (...all: number[]) => (samples: number) => all.includes(samples);
    expect([nextSamples(has(), true), nextSamples(has(QUICK), true), nextSamples(has(QUICK), false), nextSamples(has(FULL), false)]).toEqual([QUICK, null, FULL, null]);
  });
  it("asks one at a time, the newest next, and leaves a full question for a new one", async () => {
    const asked: string[] = [];
    const open: (() => void)[] = [];
    const told: string[] = [];
    const latest = new Latest<string>({
      ask: (key, samples) => new Promise((done) => { asked.push(`${key}${samples}`); open.push(() => done(`${key}!`)); }),
      tell: ({ asked: got, isAsking }) => told.push(`${got?.key ?? "-"}${got?.samples ?? ""} ${isAsking}`),
    });
    const turn = async (): Promise<void> => { open.shift()?.(); await new Promise((done) => setTimeout(done)); };
    latest.want("a", true);
    latest.want("b", true);
    latest.want("c", true);
    expect(asked).toEqual([`a${QUICK}`]);
    await turn();
    expect(asked.at(-1)).toBe(`c${QUICK}`);
    await turn();
    expect(told.at(-1)).toBe(`c${QUICK} false`);
    latest.want("c", false);
    expect(asked.at(-1)).toBe(`c${FULL}`);
    latest.want("d", false);
    expect(asked.at(-1)).toBe(`d${QUICK}`);
    await turn();
    await turn();
    expect(asked).toEqual([`a${QUICK}`, `c${QUICK}`, `c${FULL}`, `d${QUICK}`, `d${FULL}`]);
  });
});

describe("a long list", () => {
  it("shows what is set and what is found", () => {
    const all = ["one", "two", "three", "four"].map((text) => ({ key: text, text, isSet: text === "four" }));
    expect(shownOf(all, "", 2)).toMatchObject({ shown: [{ key: "one" }, { key: "four" }], more: 2 });
    expect(shownOf(all, "T", 9).shown.map(({ key }) => key)).toEqual(["two", "three", "four"]);
  });
});
