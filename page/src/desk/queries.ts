// What the pages ask of the desk; all of it is asked again when something happens there.

import { keepPreviousData, type UseQueryResult, useMutation, type UseMutationResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api, type Shape } from "../api/client";
import { wire } from "../format/time";

export type Calendar = Shape<"CalendarShape">;
export type Row = Shape<"RowShape">;
export type Promised = Shape<"PromiseShape">;
export type Quote = Shape<"QuoteShape">;
export type Alternative = Shape<"AlternativeShape">;
export type Wish = Shape<"WishShape">;
export type Breaches = Shape<"BreachesShape">;

const PAGE = 1_000;

export interface View {
  from: number;
  until: number;
  steps: number;
  firmness: number;
}

export function useCalendar({ from, until, steps, firmness }: View): UseQueryResult<Calendar> {
  const query = { from: wire(from), until: wire(until), steps, firmness };
  return useQuery({
    queryKey: ["desk", "calendar", query],
    queryFn: () => answered(api.GET("/v1/calendar", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/// The supply that is in force, and the currency that money is in.
export function useSupply(): UseQueryResult<Shape<"SupplyShape">> {
  return useQuery({ queryKey: ["desk", "book"], queryFn: () => answered(api.GET("/v1/book")) });
}

export function usePools(): UseQueryResult<Shape<"PoolShape">[]> {
  return useQuery({
    queryKey: ["desk", "pools"],
    queryFn: async () => (await answered(api.GET("/v1/pools", { params: { query: { limit: PAGE } } }))).items,
  });
}

export function useBreaches(): UseQueryResult<Breaches> {
  return useQuery({ queryKey: ["desk", "breaches"], queryFn: () => answered(api.GET("/v1/breaches")) });
}

/// All holds and all commitments that have not ended, page after page.
export function usePromises(): UseQueryResult<Promised[]> {
  return useQuery({
    queryKey: ["desk", "promises"],
    queryFn: async () => [...(await all("/v1/holds")), ...(await all("/v1/commitments"))],
  });
}

const MOST_PAGES = 20;

async function all(path: "/v1/holds" | "/v1/commitments"): Promise<Promised[]> {
  const found: Promised[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await answered(api.GET(path, { params: { query: { limit: PAGE, after } } }));
    found.push(...page.items);
    if (!page.next) break;
    after = page.next;
  }
  return found;
}

export function useTenants(isAsked: boolean): UseQueryResult<Shape<"TenantShape">[]> {
  return useQuery({
    queryKey: ["desk", "tenants"],
    enabled: isAsked,
    queryFn: async () => (await answered(api.GET("/v1/tenants", { params: { query: { limit: PAGE } } }))).items,
  });
}

/// A change of the desk; what is shown is asked for anew once it is made.
export function useChange<Given, Got>(change: (given: Given) => Promise<Got>): UseMutationResult<Got, Error, Given> {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queries.invalidateQueries({ queryKey: ["desk"] }) });
}
