// Instants in UTC, as contracts count them; the zone is said.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const two = (value: number): string => String(value).padStart(2, "0");

/// The day: 2027-03-01.
export const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/// The minute, and no more than is needed: 2027-03-01, or 2027-03-01 06:30 UTC.
export function minute(at: number | string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return clock === "00:00" ? day(date.getTime()) : `${day(date.getTime())} ${clock} UTC`;
}

/// An instant as the API takes it, on a whole minute.
export const wire = (at: number): string => new Date(Math.round(at / MINUTE) * MINUTE).toISOString().replace(".000Z", "Z");

/// What `input type=datetime-local` shows, in UTC.
export const field = (at: number): string => new Date(at).toISOString().slice(0, 16);

/// What `input type=datetime-local` says, read as UTC; NaN for nothing.
export const ofField = (text: string): number => (text === "" ? NaN : Date.parse(`${text}:00Z`));

/// How long until an instant: "in 2 d 4 h", "in 5 min", "over".
export function until(at: string, now: number): string {
  const left = Date.parse(at) - now;
  if (left <= 0) return "over";
  if (left < HOUR) return `in ${Math.ceil(left / MINUTE)} min`;
  if (left < 2 * DAY) return `in ${Math.floor(left / HOUR)} h ${Math.floor((left % HOUR) / MINUTE)} min`;
  return `in ${Math.floor(left / DAY)} d ${Math.floor((left % DAY) / HOUR)} h`;
}

export interface Tick {
  at: number;
  label: string;
  isMajor: boolean;
}

type Step = { every: number; unit: "h" | "d" | "m" };
const STEPS: [number, Step][] = [
  [HOUR, { every: 1, unit: "h" }],
  [3 * HOUR, { every: 3, unit: "h" }],
  [6 * HOUR, { every: 6, unit: "h" }],
  [DAY, { every: 1, unit: "d" }],
  [7 * DAY, { every: 7, unit: "d" }],
  [30 * DAY, { every: 1, unit: "m" }],
  [91 * DAY, { every: 3, unit: "m" }],
  [365 * DAY, { every: 12, unit: "m" }],
];

/// Marks of a time axis, at least `apart` milliseconds from one another.
export function ticks(from: number, until: number, apart: number): Tick[] {
  const [, step] = STEPS.find(([long]) => long >= apart) ?? [0, { every: 60, unit: "m" }];
  const found: Tick[] = [];
  for (let at = first(from, step); at < until; at = next(at, step)) {
    if (at >= from) found.push(tick(at, step));
  }
  return found;
}

function first(from: number, { every, unit }: Step): number {
  const date = new Date(from);
  if (unit === "m") return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / every) * every, 1);
  if (unit === "h") return Math.floor(from / (every * HOUR)) * every * HOUR;
  // Weeks begin on Monday; the first day of Unix time was a Thursday.
  const shift = every === 7 ? 3 : 0;
  return (Math.floor((from / DAY + shift) / every) * every - shift) * DAY;
}

function next(at: number, { every, unit }: Step): number {
  if (unit === "h") return at + every * HOUR;
  if (unit === "d") return at + every * DAY;
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + every, 1);
}

function tick(at: number, { every, unit }: Step): Tick {
  const date = new Date(at);
  const month = MONTHS[date.getUTCMonth()] ?? "";
  const isYear = date.getUTCMonth() === 0 && date.getUTCDate() === 1 && date.getUTCHours() === 0;
  if (unit === "m") {
    return { at, label: isYear || every >= 12 ? String(date.getUTCFullYear()) : month, isMajor: isYear };
  }
  const isMonth = date.getUTCDate() <= (every === 7 ? 7 : 1) && date.getUTCHours() === 0;
  if (unit === "d") return { at, label: `${date.getUTCDate()} ${month}`, isMajor: isMonth };
  const isDay = date.getUTCHours() === 0;
  return { at, label: isDay ? `${date.getUTCDate()} ${month}` : `${two(date.getUTCHours())}:00`, isMajor: isDay };
}
