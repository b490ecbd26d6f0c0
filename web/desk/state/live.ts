import type { Api } from "../api/api.ts";

const firstRetryMs = 500;
const longestRetryMs = 15_000;
const refreshMs = 30_000;
/** API Gateway ends a socket after ten idle minutes. */
const pingAfterMs = 5 * 60_000;

/** What the router says has changed; its content is fetched. */
export interface Notice {
  type: "conversation" | "message" | "status";
  conversationId: string;
}

/** Who else has a conversation before them. */
export interface Viewers {
  type: "viewers";
  conversationId: string;
  viewers: { agentId: string; typing: boolean }[];
}

/** The customer is writing. */
export interface Typing {
  type: "typing";
  conversationId: string;
}

export type Frame = Notice | Viewers | Typing;

/** What this desk tells: which conversation is before its agent, and whether they write. */
export interface Viewing {
  conversationId: string | null;
  typing: boolean;
}

export interface LiveHandlers {
  onFrame(frame: Frame): void;
  /** anything may have changed: the socket has just opened, or half a minute has passed */
  onAll(): void;
  onState(isOpen: boolean): void;
  /** no ticket came; it is tried again */
  onFailure(error: unknown): void;
}

export interface Live {
  /** Tells it now and after each reconnection, until it is told anew. */
  tell(viewing: Viewing): void;
  end(): void;
}

/**
 * Keeps a desk current by the router's socket; asks for everything on each (re)connection, and every 30 s in case a
 * notice was lost. What is looked at is told again then too, because the router forgets it after a while.
 */
export function stayLive(api: Api, handlers: LiveHandlers): Live {
  let hasEnded = false;
  let socket: WebSocket | undefined;
  let retryMs = firstRetryMs;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  const teller = createTeller(() => socket);

  async function connect(): Promise<void> {
    try {
      const { url } = await api.socketTicket();
      if (hasEnded) return;
      socket = new WebSocket(url);
      socket.addEventListener("open", () => {
        retryMs = firstRetryMs;
        handlers.onState(true);
        handlers.onAll();
        teller.again();
      });
      socket.addEventListener("message", ({ data }) => {
        const frame = frameOf(data);
        if (frame) handlers.onFrame(frame);
      });
      socket.addEventListener("close", again);
    } catch (error) {
      handlers.onFailure(error);
      again();
    }
  }

  function again(): void {
    if (hasEnded) return;
    handlers.onState(false);
    // With chance, so that the desks of a whole company don't come back at the same moment.
    retryTimer = setTimeout(() => void connect(), retryMs * (0.5 + Math.random() / 2));
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }

  void connect();
  const interval = setInterval(() => {
    handlers.onAll();
    teller.again();
  }, refreshMs);
  return {
    tell: teller.tell,
    end() {
      hasEnded = true;
      clearTimeout(retryTimer);
      clearInterval(interval);
      socket?.close();
    },
  };
}

/** Says what is looked at over whichever socket is open now. */
function createTeller(socketNow: () => WebSocket | undefined) {
  let viewing: Viewing = { conversationId: null, typing: false };
  let sentAt = 0;

  function send(frame: { type: "ping" } | ({ type: "viewing" } & Viewing)): void {
    const socket = socketNow();
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify(frame));
    sentAt = performance.now();
  }

  return {
    tell(next: Viewing) {
      viewing = next;
      send({ type: "viewing", ...viewing });
    },
    /** Where nothing is looked at, only so often that the socket stays open. */
    again() {
      if (viewing.conversationId !== null) send({ type: "viewing", ...viewing });
      else if (performance.now() - sentAt >= pingAfterMs) send({ type: "ping" });
    },
  };
}

const frameTypes = new Set<unknown>(["conversation", "message", "status", "viewers", "typing"]);

/** @returns undefined for what concerns no conversation, e.g. the answer to a ping */
export function frameOf(data: unknown): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(String(data));
    const isOurs = typeof frame === "object" && frame !== null && "conversationId" in frame && "type" in frame;
    return isOurs && frameTypes.has(frame.type) ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
}
