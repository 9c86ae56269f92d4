// What the room asks of the desk: answers to scenarios.

import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { answered, api } from "../api/client";
import { Problem } from "../api/problem";
import { type Answer, answerOf } from "./answer";
import type { Edit } from "./edits";
import { type Asked, Latest } from "./latest";

const SEED = 1;

interface Question {
  book: string;
  changes: Edit[];
  samples: number;
  session: string;
}

async function ask({ book, changes, samples, session }: Question, signal: AbortSignal): Promise<Answer> {
  const body = { book, changes, samples, seed: SEED, picture: true, session };
  return answerOf(await answered(api.POST("/v1/what-if", { body, signal })));
}

const key = (question: Omit<Question, "session">): unknown[] => ["what-if", question.book, question.samples, JSON.stringify(question.changes)];

/// Names one opened page, so that two of the same person do not take each other's place.
const PAGE = Math.random().toString(36).slice(2, 10);

/// Answers that do not change while one looks at them, each with as many futures.
export function useAnswers(book: string, all: Edit[][], samples: number, name: string): UseQueryResult<Answer>[] {
  return useQueries({
    queries: all.map((changes, at) => ({
      queryKey: key({ book, changes, samples }),
      staleTime: Infinity,
      queryFn: ({ signal }: { signal: AbortSignal }) => ask({ book, changes, samples, session: `${PAGE}-${name}-${at}` }, signal),
    })),
  });
}

export interface Live {
  asked: Asked<Answer> | null;
  error: Error | null;
  isAsking: boolean;
}

/// Whether a later question took its place, which is no trouble.
const isSuperseded = (error: Error | null): boolean => error instanceof Problem && error.status === 409;

/// Follows the changes: a few futures while somebody drags, many when they let go.
export function useLive(book: string, changes: Edit[], isDragging: boolean): Live {
  const [live, setLive] = useState<Live>({ asked: null, error: null, isAsking: true });
  const latest = useRef<Latest<Answer> | null>(null);
  const text = useMemo(() => JSON.stringify(changes), [changes]);
  useEffect(() => {
    const own = new Latest<Answer>({
      ask: (what, samples, signal) => ask({ book, changes: JSON.parse(what) as Edit[], samples, session: `${PAGE}-live` }, signal),
      // What was answered before stays until there is something newer.
      tell: (state) => setLive((before) => ({ asked: before.asked, ...state, error: isSuperseded(state.error) ? null : state.error })),
    });
    latest.current = own;
    return () => own.close();
  }, [book]);
  useEffect(() => latest.current?.want(text, isDragging), [book, text, isDragging]);
  return live;
}
