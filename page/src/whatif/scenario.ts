// A scenario: what is set, as a value that an address carries and a browser keeps. What is not set is as the book has it.

/// What somebody asks "what if" of.
export interface Settings {
  /// Factor on all growth a year.
  growth?: number;
  /// The only growth scenario that is drawn.
  only?: string;
  /// Factor on how much more efficient work becomes in a year.
  efficiency?: number;
  /// Months by which all that is not delivered comes later.
  late?: number;
  /// Months by which one delivery comes later, by its key.
  slip?: Record<string, number>;
  /// Who and what is lost, by key.
  lost?: string[];
  /// Blocks of offers that are signed, by offer.
  sign?: Record<string, number>;
  /// Factor on the prices of contracts.
  price?: number;
}

export interface Scenario {
  name: string;
  settings: Settings;
}

export const MOST_COMPARED = 3;

/// The bounds of the sliders; what an address says beyond them is not taken.
export const BOUNDS = {
  growth: { min: 0.5, max: 2, none: 1 },
  efficiency: { min: 0.5, max: 2, none: 1 },
  price: { min: 0.5, max: 2, none: 1 },
  late: { min: 0, max: 24, none: 0 },
} as const;

const isRecord = (given: unknown): given is Record<string, unknown> => typeof given === "object" && given !== null && !Array.isArray(given);

function number(given: unknown, { min, max, none }: { min: number; max: number; none: number }): number | undefined {
  if (typeof given !== "number" || !Number.isFinite(given)) return undefined;
  const held = Math.min(max, Math.max(min, given));
  return held === none ? undefined : held;
}

function counts(given: unknown, least: number, most: number): Record<string, number> | undefined {
  if (!isRecord(given)) return undefined;
  const found = Object.entries(given).flatMap(([key, value]): [string, number][] => {
    const held = typeof value === "number" && Number.isFinite(value) ? Math.round(Math.min(most, Math.max(least, value))) : 0;
    return held === 0 ? [] : [[key, held]];
  });
  found.sort(([one], [other]) => (one < other ? -1 : 1));
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/// Takes out what is as the book has it, and what is no setting; equal settings come out as equal texts.
export function clean(given: unknown): Settings {
  if (!isRecord(given)) return {};
  const lost = Array.isArray(given["lost"]) ? [...new Set(given["lost"].filter((one): one is string => typeof one === "string"))].sort() : [];
  const all: { [Key in keyof Settings]: Settings[Key] | undefined } = {
    growth: number(given["growth"], BOUNDS.growth),
    only: typeof given["only"] === "string" && given["only"] !== "" ? given["only"] : undefined,
    efficiency: number(given["efficiency"], BOUNDS.efficiency),
    late: number(given["late"], BOUNDS.late),
    slip: counts(given["slip"], -12, 36),
    lost: lost.length > 0 ? lost : undefined,
    sign: counts(given["sign"], 0, 1_000),
    price: number(given["price"], BOUNDS.price),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/// A scenario out of what an address or a browser says.
export function scenario(given: unknown): Scenario {
  const name = isRecord(given) && typeof given["name"] === "string" ? given["name"].slice(0, 80) : "";
  return { name, settings: clean(isRecord(given) ? given["settings"] : {}) };
}

export const scenarios = (given: unknown): Scenario[] => (Array.isArray(given) ? given.map(scenario) : []);

export const isSame = (one: Settings, other: Settings): boolean => JSON.stringify(clean(one)) === JSON.stringify(clean(other));

/// A value of a record set, or taken out where it is the same as none.
export function put(record: Record<string, number> | undefined, key: string, value: number): Record<string, number> {
  const next = { ...record };
  if (value === 0) delete next[key];
  else next[key] = value;
  return next;
}

/// A list with something in it, or without.
export const toggled = (list: string[] | undefined, one: string, isIn: boolean): string[] =>
  isIn ? [...(list ?? []).filter((other) => other !== one), one] : (list ?? []).filter((other) => other !== one);
