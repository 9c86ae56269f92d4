// Numbers, days and months as people read them, and text made safe for a tooltip.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const NONE = "–";

/// Writes a whole number with separators: `356,449`.
export function whole(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value)
    ? NONE
    : Math.round(value).toLocaleString("en-GB");
}

/// Writes a number short for an axis: `250k`, `1.5M`.
export function short(value: number): string {
  const steps: [number, string][] = [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ];
  for (const [factor, letter] of steps) {
    if (Math.abs(value) >= factor) return `${Number((value / factor).toPrecision(3))}${letter}`;
  }
  return String(Number(value.toPrecision(3)));
}

/// Writes a share in per cent: `19 %`, `0.12 %`.
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return NONE;
  const value = share * 100;
  if (value === 0) return "0 %";
  return `${Math.abs(value) >= 10 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}

/// Writes `2027-12` as `Dec 2027`.
export function month(text: string): string {
  const [year, number] = text.split("-");
  return `${MONTHS[Number(number) - 1] ?? ""} ${year ?? ""}`;
}

/// Writes `2026-02-21` as `21 Feb 2026`; no day is never.
export function day(text: string | null | undefined): string {
  if (!text) return "never";
  const [year, number, date] = text.split("-");
  return `${Number(date)} ${MONTHS[Number(number) - 1] ?? ""} ${year ?? ""}`;
}

/// Returns the instant of a day or, of a month, its middle.
export function instant(text: string): number {
  const [year, number, date] = text.split("-").map(Number);
  return Date.UTC(year ?? 0, (number ?? 1) - 1, date ?? 16);
}

/// Makes words safe for HTML.
export function safe(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/// Writes a tooltip: a head, and lines of names with values.
export function tip(head: string, lines: [string, string][], source: string): string {
  const rows = lines.map(([name, value]) => `<tr><th scope="row">${safe(name)}</th><td>${safe(value)}</td></tr>`);
  return `<div class="hover"><b>${safe(head)}</b><table>${rows.join("")}</table><i>${safe(source)}</i></div>`;
}

/// Writes the same in one line, for who listens.
export function spoken(head: string, lines: [string, string][]): string {
  return `${head}: ${lines.map(([name, value]) => `${name} ${value}`).join(", ")}`;
}

/// Shortens a name to so many characters, from its middle: ids differ at both ends.
export function pinched(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = Math.ceil((most - 1) * 0.55);
  return `${text.slice(0, most - 1 - tail)}…${text.slice(-tail)}`;
}

/// Shortens a name to so many characters.
export function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
