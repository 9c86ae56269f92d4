// Edits that are made and not kept yet.

import type { Edit } from "./queries";

/// One value, by its address in the book.
export interface Address {
  table: string;
  id: string;
  field: string;
}

export const keyOf = ({ table, id, field }: Address): string => [table, id, field].join("/");

/// Puts an edit in the place of an earlier one of the same value.
export function put(edits: Edit[], edit: Edit & Address): Edit[] {
  return [...drop(edits, edit), edit];
}

export function drop(edits: Edit[], address: Address): Edit[] {
  return edits.filter((known) => known.table !== address.table || known.id !== address.id || known.field !== address.field);
}

export function find(edits: Edit[], address: Address): Edit | undefined {
  return edits.find((known) => known.table === address.table && known.id === address.id && known.field === address.field);
}

/// Says an edit in a line.
export function line({ table, id, field, value }: Edit): string {
  const becomes = typeof value === "string" || typeof value === "number" ? `→ ${value}` : "is taken out";
  return `${table} ${id ?? ""}: ${field ?? "all of it"} ${becomes}`;
}

/// Takes the findings of the edit at a place: those that name it, by its number or by its thing.
export function ofEdit<Found extends { field: string }>(findings: Found[], at: number, address: Address): Found[] {
  const thing = `${address.table}.${address.id}`;
  return findings.filter((found) => found.field.startsWith(`edits[${at}].`) || found.field.includes(thing) || !found.field.startsWith("edits["));
}
