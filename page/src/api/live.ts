// What happens at the desk, as it happens: server-sent events, read by hand because a browser's own reader sends no token.

import { token } from "./client";

export type Standing = "live" | "lost" | "barred";

const WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000];

/// Listens until `stop` is aborted; whoever falls behind or loses the line is told to look at everything again.
export async function listen(
  stop: AbortSignal,
  onEvent: (kind: string) => void,
  onStanding: (standing: Standing) => void,
): Promise<void> {
  for (let losses = 0; !stop.aborted; losses += 1) {
    try {
      const headers = { authorization: `Bearer ${token.read() ?? ""}`, accept: "text/event-stream" };
      const answer = await fetch("/v1/events", { headers, signal: stop });
      if (answer.status === 401) return onStanding("barred");
      if (answer.ok && answer.body) {
        onStanding("live");
        if (losses > 0) onEvent("missed");
        losses = 0;
        await read(answer.body, onEvent);
      }
    } catch {
      /* the line is lost, or `stop` came */
    }
    if (stop.aborted) return;
    onStanding("lost");
    await new Promise((done) => setTimeout(done, WAITS_MS[Math.min(losses, WAITS_MS.length - 1)]));
  }
}

async function read(body: ReadableStream<Uint8Array>, onEvent: (kind: string) => void): Promise<void> {
  const lines = new Lines();
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const line of lines.add(value)) {
      if (line.startsWith("event:")) onEvent(line.slice(6).trim());
    }
  }
}

/// Cuts text that comes in pieces into whole lines.
export class Lines {
  private rest = "";

  add(piece: string): string[] {
    const lines = (this.rest + piece).split(/\r?\n/);
    this.rest = lines.pop() ?? "";
    return lines;
  }
}
