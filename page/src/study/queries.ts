// Which study the pages show: the one that the address names, or the newest.

import type { UseQueryResult } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useAsked } from "../app/search";
import { type Job, useJobs, useNewest } from "../runs/queries";

export interface Standing {
  /// The study that is shown; nothing where none was ever made.
  study: Job | null;
  /// The one before it.
  before: Job | null;
  /// All that are done, the newest first.
  done: Job[];
  /// One that is on its way.
  coming: Job | null;
  /// Whether the book has changed since.
  isOld: boolean;
  choose: (id: string) => void;
}

/// Picks from all runs what the pages show.
export function pick(jobs: Job[], asked: string | undefined, newest: string | undefined): Omit<Standing, "choose"> {
  const studies = jobs.filter((job) => job.kind === "study" && job.changes.length === 0);
  const done = studies.filter((job) => job.state === "done");
  const at = Math.max(0, done.findIndex((job) => job.id === asked));
  const study = done[at] ?? null;
  const coming = studies.find((job) => job.state === "queued" || job.state === "running") ?? null;
  return { study, before: done[at + 1] ?? null, done, coming, isOld: study !== null && newest !== undefined && study.book !== newest };
}

export function useStudy(): { query: UseQueryResult<Job[]>; standing: Standing | null } {
  const query = useJobs();
  const newest = useNewest();
  const asked = useAsked("study");
  const navigate = useNavigate();
  if (!query.data) return { query, standing: null };
  const choose = (id: string): void => void navigate({ to: ".", search: { study: id } as never });
  return { query, standing: { ...pick(query.data, asked, newest.data?.id), choose } };
}
