// What pages ask of runs: the list while anything runs, one report, and how to start one.

import { type UseMutationResult, type UseQueryResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api, type Shape } from "../api/client";

export type Job = Shape<"JobShape">;
export type Wanted = Shape<"JobRequest">;
export type Version = Shape<"VersionShape">;

const LIST = 200;
const LOOK_MS = 1_000;

export const isOver = (job: Job): boolean => ["done", "failed", "cancelled"].includes(job.state);

/// The newest runs, looked at every second while one is not over.
export function useJobs(): UseQueryResult<Job[]> {
  return useQuery({
    queryKey: ["jobs"],
    queryFn: async () => (await answered(api.GET("/v1/jobs", { params: { query: { limit: LIST } } }))).items,
    refetchInterval: ({ state }) => (state.data?.some((job) => !isOver(job)) ? LOOK_MS : 15_000),
  });
}

export function useJob(id: string | null): UseQueryResult<Job> {
  return useQuery({
    queryKey: ["jobs", id],
    enabled: id !== null,
    queryFn: () => answered(api.GET("/v1/jobs/{id}", { params: { path: { id: id ?? "" } } })),
  });
}

/// The report of a run that is done; it never changes.
export function useReport(id: string | null): UseQueryResult<Shape<"Told">> {
  return useQuery({
    queryKey: ["jobs", id, "report"],
    enabled: id !== null,
    staleTime: Infinity,
    queryFn: () => answered(api.GET("/v1/jobs/{id}/report", { params: { path: { id: id ?? "" } } })),
  });
}

/// The newest version of the book.
export function useNewest(): UseQueryResult<Version | null> {
  return useQuery({
    queryKey: ["desk", "versions", "newest"],
    queryFn: async () => (await answered(api.GET("/v1/books", { params: { query: { limit: 1 } } }))).items[0] ?? null,
  });
}

export function useStart(): UseMutationResult<Job, Error, Wanted> {
  return useRunChange((wanted: Wanted) => answered(api.POST("/v1/jobs", { body: wanted })));
}

export function useCancel(): UseMutationResult<Job, Error, string> {
  return useRunChange((id: string) => answered(api.POST("/v1/jobs/{id}/cancel", { params: { path: { id } } })));
}

export function useRemove(): UseMutationResult<unknown, Error, string> {
  return useRunChange((id: string) => answered(api.DELETE("/v1/jobs/{id}", { params: { path: { id } } })));
}

function useRunChange<Given, Got>(change: (given: Given) => Promise<Got>): UseMutationResult<Got, Error, Given> {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queries.invalidateQueries({ queryKey: ["jobs"] }) });
}

/// Fetches a file of a run, which needs the token that a link does not carry.
export async function fileOf(id: string, name: string): Promise<Blob> {
  const request = api.GET("/v1/jobs/{id}/files/{name}", { params: { path: { id, name } }, parseAs: "blob" });
  return await answered(request);
}

export async function resultOf(id: string): Promise<Blob> {
  const request = api.GET("/v1/jobs/{id}/result", { params: { path: { id } }, parseAs: "blob" });
  return await answered(request);
}
