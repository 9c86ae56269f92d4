// Days and stretches of time as a book writes them: `2026-09-30`, `Q3 2026`, `13 months`, `45 d`.

const DAY = 86_400_000;
const SPAN = /^(\d+)\s*(d|days?|weeks?|months?|years?|h)$/;

const written = (at: number): string => new Date(at).toISOString().slice(0, 10);
const lastOf = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();

/// The day that a text means: a day itself, or the last day of a quarter, a half year, a month or a year.
export function dayOf(text: string): string | null {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Number.isNaN(Date.parse(text)) ? null : text;
  const part = /^([QH])(\d) (\d{4})$/.exec(text);
  if (part) {
    const months = Number(part[2]) * (part[1] === "Q" ? 3 : 6);
    return written(Date.UTC(Number(part[3]), months, 0));
  }
  const month = /^(\d{4})-(\d{2})$/.exec(text);
  if (month) return written(Date.UTC(Number(month[1]), Number(month[2]), 0));
  return /^\d{4}$/.test(text) ? `${text}-12-31` : null;
}

/// Some months later; the last day of a month stays the last.
export function monthsLater(day: string, months: number): string {
  const from = new Date(`${day}T00:00:00Z`);
  const [year, month, date] = [from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate()];
  const isLast = date === lastOf(year, month);
  const most = lastOf(year, month + months);
  return written(Date.UTC(year, month + months, isLast ? most : Math.min(date, most)));
}

/// A stretch of time after a day, by the calendar (31 January and a month is 28 February); null where the text is none.
export function spanLater(day: string, span: string): string | null {
  const [, many, unit] = SPAN.exec(span.trim()) ?? [];
  if (!many || !unit) return null;
  const count = Number(many);
  if (unit.startsWith("month") || unit.startsWith("year")) return clamped(day, unit.startsWith("year") ? 12 * count : count);
  const days = unit.startsWith("w") ? 7 * count : unit === "h" ? Math.ceil(count / 24) : count;
  return written(Date.parse(day) + days * DAY);
}

function clamped(day: string, months: number): string {
  const from = new Date(`${day}T00:00:00Z`);
  const most = lastOf(from.getUTCFullYear(), from.getUTCMonth() + months);
  return written(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, Math.min(from.getUTCDate(), most)));
}

/// Hours from one day to another, none where it is before.
export const hoursBetween = (from: string, until: string): number => Math.max(0, (Date.parse(until) - Date.parse(from)) / 3_600_000);

export const later = (one: string, other: string): string => (one > other ? one : other);
export const earlier = (one: string, other: string): string => (one < other ? one : other);
