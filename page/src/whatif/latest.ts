// One question at a time, the newest first: what decides which question is asked next, without knowing how it is asked.

/// Futures while somebody drags, and when they let go.
export const QUICK = 16;
export const FULL = 200;

/// How many futures to ask for next; null where all is answered that is wanted.
export function nextSamples(has: (samples: number) => boolean, isDragging: boolean): number | null {
  if (!has(QUICK) && !has(FULL)) return QUICK;
  return isDragging || has(FULL) ? null : FULL;
}

export interface Asked<Answer> {
  answer: Answer;
  samples: number;
  /// Of what it is the answer.
  key: string;
}

interface Given<Answer> {
  ask: (key: string, samples: number, signal: AbortSignal) => Promise<Answer>;
  tell: (state: { asked?: Asked<Answer>; error: Error | null; isAsking: boolean }) => void;
}

const MOST_KEPT = 200;

/// Follows what is wanted. A quick question that is out is waited for, so that dragging shows something; a full one gives way.
export class Latest<Answer> {
  private readonly given: Given<Answer>;
  private readonly kept = new Map<string, Answer>();
  private wanted: { key: string; isDragging: boolean } | null = null;
  private out: { samples: number; stop: AbortController } | null = null;

  constructor(given: Given<Answer>) {
    this.given = given;
  }

  want(key: string, isDragging: boolean): void {
    this.wanted = { key, isDragging };
    if (this.out?.samples === FULL) this.close();
    if (!this.out) void this.run();
  }

  /// Gives up what is out; nothing more is told of it.
  close(): void {
    this.out?.stop.abort();
    this.out = null;
  }

  private best(key: string): Asked<Answer> | undefined {
    for (const samples of [FULL, QUICK]) {
      const answer = this.kept.get(`${samples} ${key}`);
      if (answer !== undefined) return { answer, samples, key };
    }
    return undefined;
  }

  private async run(): Promise<void> {
    while (this.wanted) {
      const { key, isDragging } = this.wanted;
      const samples = nextSamples((many) => this.kept.has(`${many} ${key}`), isDragging);
      const asked = this.best(key);
      this.given.tell({ ...(asked ? { asked } : {}), error: null, isAsking: samples !== null });
      if (samples === null) return;
      const out = { samples, stop: new AbortController() };
      this.out = out;
      const isLast = await this.one(key, samples, out.stop.signal);
      if (this.out !== out) return;
      this.out = null;
      if (isLast && this.wanted.key === key) return;
    }
  }

  /// Asks once; says whether it is of no use to ask more.
  private async one(key: string, samples: number, signal: AbortSignal): Promise<boolean> {
    try {
      const answer = await this.given.ask(key, samples, signal);
      if (this.kept.size >= MOST_KEPT) this.kept.delete(this.kept.keys().next().value ?? "");
      this.kept.set(`${samples} ${key}`, answer);
      if (!signal.aborted) this.given.tell({ asked: { answer, samples, key }, error: null, isAsking: true });
      return false;
    } catch (error) {
      if (!signal.aborted && this.wanted?.key === key) this.given.tell({ error: error instanceof Error ? error : new Error(String(error)), isAsking: false });
      return true;
    }
  }
}
