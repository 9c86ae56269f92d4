// In which room each figure of a study hangs.

export const ROOMS = {
  "/": ["supply", "shortfall"],
  "/dependencies": ["flow", "tornado", "concentration", "diversification", "timeline"],
  "/money": ["cash", "cost", "claims", "dscr", "irr", "uses", "headroom"],
  "/plan": ["plan-sign", "plan-walk-away", "plan-frontier", "plan-bounds", "plan-worth", "plan-insurance", "plan-cost", "offers"],
} as const;

export type Room = keyof typeof ROOMS;

/// Returns the room of a figure; the first for one that has none.
export function roomOf(figure: string): Room {
  const rooms = Object.keys(ROOMS) as Room[];
  return rooms.find((room) => (ROOMS[room] as readonly string[]).includes(figure)) ?? "/";
}
