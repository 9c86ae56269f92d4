// The bounds of a plan while they close, from what the run says on its way.

export interface Round {
  evaluation: number;
  /// No plan costs less.
  below: string;
  /// What the best plan so far costs, and how far that may be off; nothing while there is none.
  plan: string | null;
  gap: string | null;
}

/// Reads "evaluation 3: no plan below 1.38G, plan 1.39G, gap 0.5 %".
export function roundOf(doing: string): Round | null {
  const found = /^(?:plan: )?evaluation (\d+): no plan below ([^,]+), (?:no plan yet|plan ([^,]+), gap (.+))$/.exec(doing);
  if (!found) return null;
  return { evaluation: Number(found[1]), below: found[2] ?? "", plan: found[3] ?? null, gap: found[4] ?? null };
}

/// Adds what a run says now to the rounds that are known; the newest of each evaluation counts.
export function followed(known: Round[], doing: string): Round[] {
  const round = roundOf(doing);
  if (!round) return known;
  const last = known[known.length - 1];
  if (last && JSON.stringify(last) === JSON.stringify(round)) return known;
  return [...known.filter((other) => other.evaluation < round.evaluation), round];
}
