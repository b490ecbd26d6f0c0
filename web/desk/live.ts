import type { Api } from "./api.ts";

const firstRetryMs = 500;
const longestRetryMs = 15_000;
const refreshMs = 30_000;

/** What the router says has changed; its content is fetched. */
export interface Notice {
  type: "conversation" | "message" | "status";
  conversationId: string;
}

/**
 * Keeps a desk current: hands over every notice of the socket; asks for everything on each (re)connection, and every
 * 30 s in case a notice was lost. API Gateway ends a socket after ten idle minutes; it is then opened again.
 *
 * @param onChange with the notice, or without one when anything may have changed
 * @param onState whether the socket is open
 * @returns what ends it
 */
export function stayLive(api: Api, onChange: (notice?: Notice) => void, onState: (open: boolean) => void): () => void {
  let ended = false;
  let socket: WebSocket | undefined;
  let retryMs = firstRetryMs;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  async function connect(): Promise<void> {
    try {
      const { url } = await api.socketTicket();
      if (ended) return;
      socket = new WebSocket(url);
      socket.addEventListener("open", () => {
        retryMs = firstRetryMs;
        onState(true);
        onChange();
      });
      socket.addEventListener("message", ({ data }) => onChange(noticeOf(data)));
      socket.addEventListener("close", again);
    } catch {
      again();
    }
  }

  function again(): void {
    if (ended) return;
    onState(false);
    retryTimer = setTimeout(() => void connect(), retryMs);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }

  void connect();
  const interval = setInterval(() => onChange(), refreshMs);
  return () => {
    ended = true;
    clearTimeout(retryTimer);
    clearInterval(interval);
    socket?.close();
  };
}

/** @returns undefined for what is no notice of ours: then anything may have changed */
export function noticeOf(data: unknown): Notice | undefined {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === "object" && frame !== null && "conversationId" in frame ? (frame as Notice) : undefined;
  } catch {
    return undefined;
  }
}
