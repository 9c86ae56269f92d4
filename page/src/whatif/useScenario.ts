// The scenario and the comparison, which live in the address; while somebody drags only the page knows.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { clean, MOST_COMPARED, type Scenario, scenario as read, scenarios, type Settings } from "./scenario";

interface Search {
  s?: unknown;
  with?: unknown;
}

interface State {
  scenario: Scenario;
  compared: Scenario[];
}

interface Moving extends State {
  /// The scenario as it was when nobody dragged last.
  still: Scenario;
}

const ofSearch = (search: Search): State => ({ scenario: read(search.s), compared: distinct(scenarios(search.with)).slice(0, MOST_COMPARED) });

const moving = (state: State): Moving => ({ ...state, still: state.scenario });

/// Scenarios with a name, each name once.
export const distinct = (all: Scenario[]): Scenario[] => all.filter((one, at) => one.name !== "" && all.findIndex(({ name }) => name === one.name) === at);

/// What an address says of a state; nothing of what is as the book has it.
export function searchOf({ scenario, compared }: State): Search {
  const isBare = scenario.name === "" && Object.keys(scenario.settings).length === 0;
  return { ...(isBare ? {} : { s: scenario }), ...(compared.length > 0 ? { with: compared } : {}) };
}

export interface Held extends Moving {
  isDragging: boolean;
  set: (change: Partial<Settings>, isDragging: boolean) => void;
  load: (one: Scenario) => void;
  compare: (all: Scenario[]) => void;
}

export function useScenario(): Held {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const [state, setState] = useState((): Moving => moving(ofSearch(search)));
  const [isDragging, setDragging] = useState(false);
  const latest = useRef(state);
  const text = JSON.stringify(searchOf(ofSearch(search)));
  const written = useRef(text);
  const own = useRef(new Set<string>());
  useEffect(() => {
    if (text === written.current) own.current.clear();
    // What the page wrote itself arrives late, perhaps after it wrote the next.
    if (text === written.current || own.current.has(text)) return;
    // The address was changed by somebody else: the way back, or a link.
    written.current = text;
    latest.current = moving(ofSearch(search));
    setState(latest.current);
  }, [text, search]);
  const change = useCallback(
    (part: Partial<State>, isMoving: boolean) => {
      const next = { ...latest.current, ...part };
      latest.current = isMoving ? next : moving(next);
      setState(latest.current);
      setDragging(isMoving);
      if (isMoving) return;
      const said = searchOf(latest.current);
      if (JSON.stringify(said) === written.current) return;
      written.current = JSON.stringify(said);
      own.current.add(written.current);
      void navigate({ to: ".", search: said as never, replace: true });
    },
    [navigate],
  );
  const set = useCallback(
    (part: Partial<Settings>, isMoving: boolean) => {
      const { scenario } = latest.current;
      change({ scenario: { ...scenario, settings: clean({ ...scenario.settings, ...part }) } }, isMoving);
    },
    [change],
  );
  const load = useCallback((one: Scenario) => change({ scenario: one }, false), [change]);
  const compare = useCallback((all: Scenario[]) => change({ compared: distinct(all).slice(0, MOST_COMPARED) }, false), [change]);
  return { ...state, isDragging, set, load, compare };
}
