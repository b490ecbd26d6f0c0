import type { Api } from "./api.ts";

const firstRetryMs = 500;
const longestRetryMs = 15_000;
const refreshMs = 30_000;

/**
 * Keeps a desk current: calls `refresh` on every notice of the socket, on each (re)connection, and every 30 s in case a
 * notice was lost.
 *
 * @param onState whether the socket is open
 * @returns what ends it
 */
export function stayLive(api: Api, refresh: () => void, onState: (open: boolean) => void): () => void {
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
        refresh();
      });
      socket.addEventListener("message", refresh);
      socket.addEventListener("close", again);
    } catch {
      again();
    }
  }

  function again(): void {
    onState(false);
    if (ended) return;
    retryTimer = setTimeout(() => void connect(), retryMs);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }

  void connect();
  const interval = setInterval(refresh, refreshMs);
  return () => {
    ended = true;
    clearTimeout(retryTimer);
    clearInterval(interval);
    socket?.close();
  };
}
