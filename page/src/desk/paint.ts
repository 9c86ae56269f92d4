// Draws the calendar: a row for each pool, time from left to right, the darker the more is free. Pure of React, so that
// panning costs a draw and nothing else.

import { ticks } from "../format/time";
import type { Calendar, Row } from "./queries";

export interface Colors {
  ink: string;
  muted: string;
  line: string;
  paper: string;
  none: string;
  short: string;
  ramp: string[];
}

/// What is looked at: time by milliseconds, rows by pixels.
export interface Sight {
  from: number;
  until: number;
  top: number;
}

export interface Selection {
  pool: string;
  from: number;
  until: number;
}

export const AXIS = 26;
export const ROW = 22;
const GAP = 2;
const TICK_PIXELS = 78;

/// Returns the width of the names of pools on a page of this width.
export const gutter = (width: number): number => (width < 560 ? 104 : 220);

export interface Scene {
  calendar: Calendar;
  starts: number[];
  end: number;
  measure: "firm" | "free";
  colors: Colors;
  selection: Selection | null;
  now: number;
}

/// Draws all of it.
export function paint(context: CanvasRenderingContext2D, width: number, height: number, scene: Scene, sight: Sight): void {
  const { colors } = scene;
  const left = gutter(width);
  context.fillStyle = colors.paper;
  context.fillRect(0, 0, width, height);
  context.font = '12px ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif';
  context.textBaseline = "middle";
  const x = (at: number): number => left + ((at - sight.from) / (sight.until - sight.from)) * (width - left);
  const first = Math.max(0, Math.floor(sight.top / ROW));
  const last = Math.min(scene.calendar.pools.length, Math.ceil((sight.top + height - AXIS) / ROW));
  context.save();
  context.beginPath();
  context.rect(0, AXIS, width, height - AXIS);
  context.clip();
  for (let index = first; index < last; index += 1) {
    const row = scene.calendar.pools[index];
    if (row) band(context, scene, row, AXIS + index * ROW - sight.top, { left, width, x });
  }
  context.restore();
  axis(context, scene, sight, { left, width, height, x });
}

interface Frame {
  left: number;
  width: number;
  x: (at: number) => number;
}

function band(context: CanvasRenderingContext2D, scene: Scene, row: Row, y: number, { left, width, x }: Frame): void {
  const { colors, starts, end } = scene;
  const values = row[scene.measure];
  const level = (value: number): number => shade(value, row.size, colors.ramp.length);
  for (let step = 0; step < starts.length; ) {
    const value = values[step] ?? 0;
    const here = level(value);
    let after = step + 1;
    while (after < starts.length && level(values[after] ?? 0) === here) after += 1;
    const from = Math.max(left, x(starts[step] ?? end));
    const until = Math.min(width, x(starts[after] ?? end));
    if (until > from) {
      context.fillStyle = here < 0 ? colors.short : here === 0 ? colors.none : (colors.ramp[here - 1] ?? colors.none);
      context.fillRect(from, y + GAP / 2, Math.max(1, until - from), ROW - GAP);
    }
    step = after;
  }
  const chosen = scene.selection;
  if (chosen?.pool === row.id) {
    context.strokeStyle = colors.ink;
    context.lineWidth = 2;
    const from = Math.max(left, x(chosen.from));
    context.strokeRect(from + 1, y + 1, Math.max(2, Math.min(width, x(chosen.until)) - from - 2), ROW - 2);
  }
  context.fillStyle = colors.paper;
  context.fillRect(0, y, left, ROW);
  context.fillStyle = colors.ink;
  context.fillText(fitted(context, row.id, left - 12), 4, y + ROW / 2);
}

/// Returns -1 where too much is promised, 0 where nothing is free, else 1 to `levels` by the share that is.
export function shade(value: number, size: number, levels: number): number {
  if (value < 0) return -1;
  if (value === 0 || size <= 0) return 0;
  return Math.min(levels, Math.max(1, Math.ceil((value / size) * levels)));
}

function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let most = text.length - 1;
  while (most > 1 && context.measureText(`…${text.slice(text.length - most)}`).width > width) most -= 1;
  return `…${text.slice(text.length - most)}`;
}

function axis(
  context: CanvasRenderingContext2D,
  scene: Scene,
  sight: Sight,
  { left, width, height, x }: Frame & { height: number },
): void {
  const { colors } = scene;
  context.fillStyle = colors.paper;
  context.fillRect(0, 0, width, AXIS);
  const apart = ((sight.until - sight.from) / (width - left)) * TICK_PIXELS;
  for (const tick of ticks(sight.from, sight.until, apart)) {
    const at = Math.round(x(tick.at)) + 0.5;
    context.strokeStyle = colors.line;
    context.lineWidth = 1;
    context.globalAlpha = tick.isMajor ? 1 : 0.55;
    context.beginPath();
    context.moveTo(at, AXIS - 6);
    context.lineTo(at, height);
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = tick.isMajor ? colors.ink : colors.muted;
    if (at + 4 + context.measureText(tick.label).width < width) context.fillText(tick.label, at + 4, AXIS / 2);
  }
  const now = x(scene.now);
  if (now >= left && now <= width) {
    context.fillStyle = colors.short;
    context.fillRect(now - 1, AXIS - 4, 2, height);
  }
}

/// Returns what lies under a point: the row, the step and the instant.
export function under(scene: Scene, sight: Sight, width: number, point: { x: number; y: number }): { row: Row; step: number; at: number } | null {
  const left = gutter(width);
  const row = scene.calendar.pools[Math.floor((point.y - AXIS + sight.top) / ROW)];
  if (!row || point.x < left || point.y < AXIS) return null;
  const at = sight.from + ((point.x - left) / (width - left)) * (sight.until - sight.from);
  let step = scene.starts.findIndex((start) => start > at);
  step = (step < 0 ? scene.starts.length : step) - 1;
  return step < 0 || at >= scene.end ? null : { row, step, at };
}
