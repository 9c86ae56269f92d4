// What the book's room asks of the desk, and how it changes the book.

import { keepPreviousData, type UseMutationResult, type UseQueryResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api, type Shape } from "../api/client";
import type { Job, Version } from "../runs/queries";
import type { Whole } from "./things";

export type Edit = Shape<"Edit">;
export type Difference = Shape<"DifferenceShape">;

const LIST = 200;

export function useVersions(): UseQueryResult<Version[]> {
  return useQuery({
    queryKey: ["desk", "versions"],
    queryFn: async () => (await answered(api.GET("/v1/books", { params: { query: { limit: LIST } } }))).items,
  });
}

/// A version with all that is in it; by its id it never changes. The one before stays until it is there, with what is typed in it.
export function useBook(id: string | undefined): UseQueryResult<Whole> {
  return useQuery({
    queryKey: ["books", id],
    enabled: id !== undefined,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    queryFn: () => answered(api.GET("/v1/books/{id}", { params: { path: { id: id ?? "" } } })),
  });
}

export function useDifference(before: string, after: string): UseQueryResult<Difference> {
  return useQuery({
    queryKey: ["books", before, "diff", after],
    staleTime: Infinity,
    queryFn: () => answered(api.GET("/v1/books/{id}/diff/{other}", { params: { path: { id: before, other: after } } })),
  });
}

const of = (id: string): { path: { id: string }; header: { "If-Match": string } } => ({ path: { id }, header: { "If-Match": `"${id}"` } });

/// Asks what the book's checks would say of edits; nothing is kept.
export function check(version: string, edits: Edit[]): Promise<Version> {
  return answered(api.POST("/v1/books/{id}/edits", { params: of(version), body: { edits, check_only: true } }));
}

/// Keeps edits as the newest version; `onKept` is told before the page knows of it.
export function useKeep(version: string, onKept?: (made: Version) => void): UseMutationResult<Version, Error, { edits: Edit[]; why: string }> {
  return useBookChange(({ edits, why }) => answered(api.POST("/v1/books/{id}/edits", { params: of(version), body: { edits, why } })), onKept);
}

/// Keeps an older version as the newest.
export function useTakeBack(newest: string): UseMutationResult<Version, Error, { id: string; why: string }> {
  return useBookChange(({ id, why }) => {
    const params = { path: { id }, header: of(newest).header };
    return answered(api.POST("/v1/books/{id}/take-back", { params, body: { why } }));
  });
}

function useBookChange<Given>(change: (given: Given) => Promise<Version>, onMade?: (made: Version) => void): UseMutationResult<Version, Error, Given> {
  const queries = useQueryClient();
  const onSettled = (): Promise<void> => queries.invalidateQueries({ queryKey: ["desk", "versions"] });
  return useMutation({ mutationFn: change, onSuccess: onMade, onSettled });
}

/// A delivery as a run of `assess` found it.
export interface Delivery {
  tranche: string;
  gpus: number;
  promised: string;
  p10: string;
  p50: string;
  p90: string | null;
}

interface Assessed {
  deliveries?: Delivery[];
  assess?: { deliveries?: Delivery[] };
}

/// Deliveries of the newest run on a version that says them.
export function useDeliveries(jobs: Job[] | undefined, version: string): UseQueryResult<Delivery[]> {
  const ran = jobs?.find((job) => job.state === "done" && job.book === version && job.changes.length === 0 && ["assess", "study"].includes(job.kind));
  return useQuery({
    queryKey: ["jobs", ran?.id, "deliveries"],
    enabled: ran !== undefined,
    staleTime: Infinity,
    queryFn: async () => {
      const found = (await answered(api.GET("/v1/jobs/{id}/result", { params: { path: { id: ran?.id ?? "" } } }))) as Assessed;
      return found.deliveries ?? found.assess?.deliveries ?? [];
    },
  });
}
