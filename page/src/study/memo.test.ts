import { describe, expect, it } from "vitest";
import { changes, type OfferResult, terms, verdict } from "./memo";

const none = { mean: 0, standard_error: 0 };
const result: OfferResult = {
  currency: "USD",
  offer: "own-us-2",
  samples: 10,
  sign: "yes",
  answer: "Sign: it saves.",
  terms: { seller: "Microsoft", site: "Own build", accelerator: "gb300-nvl72", gpus: 69_120, promised: "2028-06-30", price: 2.5, term: "60 months", open_until: null, is_sale: false },
  delta_eue: { mean: -2.7e8, standard_error: 1.5e7 },
  delta_firm_eue: none,
  delta_lolh: none,
  delta_cost: none,
  breakeven_price: null,
  prepayment: { amount: 2_650_000_000, expected_loss: 1_310_000 },
  against: [],
  drivers: [],
  toml: "",
};

describe("memo of an offer", () => {
  it("says the verdict of a purchase and of a sale", () => {
    expect(verdict(result)).toEqual({ word: "Sign", tone: "good" });
    expect(verdict({ ...result, sign: "no", terms: { ...result.terms, is_sale: true } }).word).toBe("Do not accept");
    expect(verdict({ ...result, sign: "too close to call" }).tone).toBe("open");
  });
  it("says errors beside means, and what is not known", () => {
    expect(changes(result)[0]?.[1]).toBe("-270M ± 15M GPUh a year");
    expect(changes(result)[4]?.[1]).toBe("nothing would be paid for");
    expect(terms(result).find(([name]) => name === "Open until")?.[1]).toBe("no end is said");
  });
});
