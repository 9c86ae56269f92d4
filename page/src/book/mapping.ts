// From places on Earth to places on the map: a plain projection, as wide as what is on it asks for.

import { type Point, pointOf } from "./places";
import type { Site } from "./things";

export interface Placed {
  site: Site;
  at: Point;
  isExact: boolean;
}

export interface Frame {
  west: number;
  north: number;
  width: number;
  height: number;
  /// How much narrower a degree of longitude is drawn than one of latitude.
  squeeze: number;
}

/// Sites whose place is known, and those whose is not. Several in one place are put side by side.
export function placed(sites: Site[]): { placed: Placed[]; unplaced: Site[] } {
  const found: Placed[] = [];
  const unplaced: Site[] = [];
  for (const site of sites) {
    const point = pointOf(site.place, site.zone);
    if (!point) {
      unplaced.push(site);
      continue;
    }
    const same = found.filter((known) => Math.hypot(known.at[0] - point.at[0], known.at[1] - point.at[1]) < 0.6).length;
    found.push({ site, at: [point.at[0] + 0.9 * same, point.at[1] - 0.5 * same], isExact: point.isExact });
  }
  return { placed: found, unplaced };
}

const PAD = 7;
const LEAST = 24;

/// The part of the world that shows all points, no smaller than a few countries.
export function framed(points: Point[]): Frame {
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
  const [west, east] = [Math.min(...lons) - PAD, Math.max(...lons) + PAD];
  const [south, north] = [Math.min(...lats) - PAD, Math.max(...lats) + PAD];
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  return { west, north, width: Math.max(east - west, LEAST) * squeeze, height: Math.max(north - south, LEAST * 0.6), squeeze };
}

/// Where a point stands in a frame.
export const project = ([lon, lat]: Point, frame: Frame): Point => [(lon - frame.west) * frame.squeeze, frame.north - lat];

/// The radius of a site's circle, by the area that its megawatts take; small where none are known.
export const radius = (megawatts: number | null): number => (megawatts === null ? 0.5 : 0.35 + Math.sqrt(megawatts) / 14);
