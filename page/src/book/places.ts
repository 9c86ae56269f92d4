// Where on Earth: places and zones that books name, as longitude and latitude in degrees, to a tenth or so. A place counts only for a
// site whose zone it is in: books name the nearest place of a network, which may be in the next country.

export type Point = [longitude: number, latitude: number];

const PLACES: Record<string, { at: Point; zone: string }> = {
  abilene: { at: [-99.7, 32.4], zone: "US-TX" },
  barstow: { at: [-103.4, 31.5], zone: "US-TX" },
  childress: { at: [-100.2, 34.4], zone: "US-TX" },
  dallas: { at: [-96.8, 32.8], zone: "US-TX" },
  sweetwater: { at: [-100.4, 32.5], zone: "US-TX" },
  vineland: { at: [-75.0, 39.5], zone: "US-NJ" },
  "northern-virginia": { at: [-77.5, 39.0], zone: "US-VA" },
  seattle: { at: [-122.3, 47.6], zone: "US-WA" },
  loughton: { at: [0.1, 51.6], zone: "UK" },
  london: { at: [-0.1, 51.5], zone: "UK" },
  narvik: { at: [17.4, 68.4], zone: "EFTA-NO" },
  oslo: { at: [10.8, 59.9], zone: "EFTA-NO" },
  sines: { at: [-8.9, 38.0], zone: "EU-PT" },
  "prince-george": { at: [-122.7, 53.9], zone: "CA-BC" },
};

const ZONES: Record<string, Point> = {
  US: [-96.5, 39.5],
  "US-TX": [-99.3, 31.5],
  "US-NJ": [-74.6, 40.1],
  "US-VA": [-78.5, 37.5],
  "US-WA": [-120.4, 47.4],
  "US-WI": [-89.8, 44.6],
  "US-GA": [-83.4, 32.7],
  "US-OH": [-82.8, 40.3],
  CA: [-106, 56],
  "CA-BC": [-124.8, 54.2],
  UK: [-1.5, 52.6],
  "EU-PT": [-8, 39.6],
  "EU-ES": [-3.6, 40.3],
  "EU-FR": [2.5, 46.6],
  "EU-DE": [10.3, 51.1],
  "EU-IE": [-8, 53.2],
  "EU-FI": [26.3, 62.8],
  "EU-SE": [15.5, 60.5],
  "EFTA-NO": [9, 61],
  "EFTA-IS": [-18.7, 65],
};

/// Where a site is: its place, else the middle of its zone; nothing where neither is known.
export function pointOf(place: string, zone: string): { at: Point; isExact: boolean } | null {
  const known = PLACES[place];
  if (known && (zone === "" || zone === known.zone)) return { at: known.at, isExact: true };
  const middle = ZONES[zone];
  return middle ? { at: middle, isExact: false } : null;
}
