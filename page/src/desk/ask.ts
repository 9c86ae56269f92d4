// A form's fields, and the wish that they come to.

import { ofField, wire } from "../format/time";
import type { Wish } from "./queries";

export interface Fields {
  tenant: string | null;
  gpus: number;
  days: number;
  earliest: string;
  latest: string;
  accelerator: string | null;
  pool: string | null;
  firmness: number;
  ceiling: number | "";
  together: "pool" | "site" | "anywhere";
  wholeRacks: boolean;
  by: "start" | "price" | "firmness";
}

/// Says what is wrong with fields before the desk is asked; an empty object when nothing is.
export function faults(fields: Fields): Partial<Record<keyof Fields, string>> {
  const found: Partial<Record<keyof Fields, string>> = {};
  if (!Number.isInteger(fields.gpus) || fields.gpus < 1) found.gpus = "Ask for 1 GPU or more";
  if (!(fields.days > 0)) found.days = "Ask for a time above 0";
  const [earliest, latest] = [ofField(fields.earliest), ofField(fields.latest)];
  if (Number.isNaN(earliest)) found.earliest = "Say from when";
  if (fields.latest !== "" && !(latest >= earliest)) found.latest = "This is before the earliest start";
  if (!(fields.firmness > 0 && fields.firmness <= 1)) found.firmness = "Use a probability from 0 to 1";
  return found;
}

/// Returns the wish; `tenant` is left out by those who ask for themselves.
export function wishOf(fields: Fields): Wish {
  return {
    tenant: fields.tenant,
    gpus: fields.gpus,
    hours: Math.round(fields.days * 24 * 60) / 60,
    earliest: wire(ofField(fields.earliest)),
    latest: fields.latest === "" ? null : wire(ofField(fields.latest)),
    by: fields.by,
    joint: true,
    alternatives: 3,
    constraints: {
      accelerators: fields.accelerator ? [fields.accelerator] : [],
      // Several pools may serve it only where none is named.
      pool: fields.together === "pool" ? fields.pool : null,
      firmness: fields.firmness,
      price_ceiling: fields.ceiling === "" ? null : fields.ceiling,
      together: fields.together,
      whole_racks: fields.wholeRacks,
    },
  };
}
