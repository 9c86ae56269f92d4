// The API of the desk, with types from its description. Every change carries an idempotency key, and is repeated with
// the same one while nobody knows whether it was done.

import createClient from "openapi-fetch";
import { Problem, problemOf } from "./problem";
import type { components, paths } from "./schema";

export type Shape<Name extends keyof components["schemas"]> = components["schemas"][Name];

const KEY = "offtake-token";
const TRIES = 6;
const WAIT_MS = 400;

/// The token of this tab; it is gone with it.
export const token = {
  read: (): string | null => sessionStorage.getItem(KEY),
  keep: (secret: string): void => sessionStorage.setItem(KEY, secret),
  drop: (): void => sessionStorage.removeItem(KEY),
};

/// Sends a request; what may or may not have been done is sent again as it is.
async function send(request: Request): Promise<Response> {
  const isRepeatable = request.method === "GET" || request.headers.has("idempotency-key");
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(request.clone()).catch(() => null);
    request.signal.throwIfAborted();
    const isOpen = answer === null || answer.status === 503;
    if (!isOpen || !isRepeatable || tries === TRIES) {
      if (answer) return answer;
      throw new Problem(0, {});
    }
    await new Promise((done) => setTimeout(done, WAIT_MS * tries));
  }
}

export const api = createClient<paths>({ fetch: send });
api.use({
  onRequest({ request }) {
    const secret = token.read();
    if (secret) request.headers.set("authorization", `Bearer ${secret}`);
    if (request.method !== "GET") request.headers.set("idempotency-key", crypto.randomUUID());
    return request;
  },
});

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/// Returns what was answered, or throws the problem.
export async function answered<Data>(request: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await request;
  if (!response.ok) throw problemOf(response.status, error);
  return data as Data;
}
