// What the address asks for beside the room.

import { useSearch } from "@tanstack/react-router";

/// Returns a parameter of the address, if it is there.
export function useAsked(name: string): string | undefined {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const found = search[name];
  return typeof found === "string" ? found : undefined;
}
