// Who is logged in: a token of this tab, and what the desk says of it.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { answered, api, type Shape, token } from "../api/client";
import { listen, type Standing } from "../api/live";
import { Problem } from "../api/problem";
import { useSupply } from "../desk/queries";
import { Login } from "./Login";

export type Me = Shape<"MeShape">;

interface Session {
  me: Me;
  currency: string;
  standing: Standing;
  logOut: () => void;
  isDesk: boolean;
  isAdmin: boolean;
  mayWrite: boolean;
}

const Context = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("no session");
  return session;
}

const ANEW_MS = 250;

/// Shows the login until a token opens the desk, then the page, which follows what happens there.
export function SessionGate({ children }: { children: ReactNode }): ReactNode {
  const [secret, setSecret] = useState(token.read);
  const [why, setWhy] = useState<string | null>(null);
  const queries = useQueryClient();
  const leave = useCallback(
    (reason: string | null) => {
      token.drop();
      setSecret(null);
      setWhy(reason);
      queries.clear();
    },
    [queries],
  );
  const enter = (next: string): void => {
    token.keep(next);
    setWhy(null);
    setSecret(next);
  };
  if (!secret) return <Login why={why} onToken={enter} />;
  return (
    <Opened key={secret} leave={leave}>
      {children}
    </Opened>
  );
}

function Opened({ leave, children }: { leave: (why: string | null) => void; children: ReactNode }): ReactNode {
  const queries = useQueryClient();
  const [standing, setStanding] = useState<Standing>("lost");
  const me = useQuery({ queryKey: ["me"], queryFn: () => answered(api.GET("/v1/me")), staleTime: Infinity });
  const book = useSupply();
  const isBarred = standing === "barred" || (me.error instanceof Problem && me.error.isLoggedOut);
  useEffect(() => {
    if (isBarred) leave("This token opens nothing: it is mistyped, or was barred.");
  }, [isBarred, leave]);
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const anew = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void queries.invalidateQueries({ queryKey: ["desk"] }), ANEW_MS);
    };
    void listen(stop.signal, anew, setStanding);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [queries]);
  const session = useMemo<Session | null>(() => {
    if (!me.data) return null;
    const { role } = me.data;
    const isAdmin = role === "admin";
    const isDesk = isAdmin || role === "desk";
    const logOut = (): void => leave(null);
    return { me: me.data, currency: book.data?.currency ?? "", standing, logOut, isDesk, isAdmin, mayWrite: role !== "viewer" };
  }, [me.data, book.data, standing, leave]);
  if (!session) return me.error && !isBarred ? <Login why={me.error.message} onToken={() => void me.refetch()} /> : null;
  return <Context.Provider value={session}>{children}</Context.Provider>;
}
