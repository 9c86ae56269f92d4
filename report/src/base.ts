// What all pictures have in common: type, axes, tooltips, patterns.

import type { Palette } from "./theme";

/// Names in single quotes: where a picture is written as SVG they stand inside double ones.
export const FONT = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

/// Diagonal lines, so that two areas differ without colour.
export const HATCH = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: -Math.PI / 4, symbolSize: 1 };

/// Returns the parts of an option that every picture begins with.
export function base(colours: Palette): Record<string, unknown> {
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: FONT, color: colours.ink, fontSize: 12 },
    tooltip: {
      confine: true,
      backgroundColor: colours.paper,
      borderColor: colours.line,
      borderWidth: 1,
      padding: [8, 10],
      textStyle: { color: colours.ink, fontFamily: FONT, fontSize: 12 },
      transitionDuration: 0,
    },
  };
}

/// Returns an axis of values with faint lines and no more ink than it needs.
export function values(colours: Palette, more: Record<string, unknown>): Record<string, unknown> {
  return {
    type: "value",
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colours.line, width: 1 } },
    axisLabel: { color: colours.muted, fontSize: 12 },
    nameTextStyle: { color: colours.muted, fontSize: 12 },
    ...more,
  };
}

/// Returns an axis of names.
export function names(colours: Palette, data: string[], more: Record<string, unknown>): Record<string, unknown> {
  return {
    type: "category",
    data,
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: { color: colours.ink, fontSize: 12 },
    ...more,
  };
}

/// Returns an axis of time.
export function times(colours: Palette, more: Record<string, unknown>): Record<string, unknown> {
  return {
    type: "time",
    axisLine: { lineStyle: { color: colours.muted } },
    axisTick: { lineStyle: { color: colours.line } },
    axisLabel: {
      color: colours.muted,
      fontSize: 12,
      hideOverlap: true,
      formatter: { year: "{yyyy}", month: "{MMM}", day: "" },
    },
    splitLine: { show: false },
    ...more,
  };
}
