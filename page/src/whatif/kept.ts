// Scenarios that this browser keeps, by book.

import { useMemo, useState } from "react";
import { type Scenario, scenarios } from "./scenario";

const place = (title: string): string => `offtake-what-if/${title}`;

function read(title: string): Scenario[] {
  try {
    return scenarios(JSON.parse(localStorage.getItem(place(title)) ?? "[]")).filter(({ name }) => name !== "");
  } catch {
    return [];
  }
}

/// A list with a scenario in place of the one of its name, or at its end.
export function withScenario(all: Scenario[], one: Scenario): Scenario[] {
  return all.some(({ name }) => name === one.name) ? all.map((other) => (other.name === one.name ? one : other)) : [...all, one];
}

export interface Kept {
  all: Scenario[];
  /// Says whether the browser has kept it.
  keep: (one: Scenario) => boolean;
  drop: (name: string) => void;
}

/// The scenarios that are kept for a book.
export function useKept(book: string): Kept {
  const [all, setAll] = useState(() => read(book));
  return useMemo(() => keptOf(book, all, setAll), [book, all]);
}

function keptOf(book: string, all: Scenario[], setAll: (next: Scenario[]) => void): Kept {
  const write = (next: Scenario[]): boolean => {
    setAll(next);
    try {
      localStorage.setItem(place(book), JSON.stringify(next));
      return true;
    } catch {
      // A browser that keeps nothing still has them until the page is left.
      return false;
    }
  };
  return { all, keep: (one) => write(withScenario(all, one)), drop: (name) => void write(all.filter((other) => other.name !== name)) };
}
