import type { ServerFrame } from "../../shared/channels/web/frames.ts";

export type ClientFrame =
  | { type: "message"; text: string; clientMessageId: string }
  | { type: "typing" }
  | { type: "received" | "read"; messageId: string }
  | { type: "ping" };

export interface ConnectionHandlers {
  /** asked before each attempt: ours first, then tokens */
  protocols(): string[];
  onOpen(): void;
  onFrame(frame: ServerFrame): void;
  /** @param wasOpen false: the handshake was refused, or nobody answered */
  onClosed(wasOpen: boolean): void;
}

const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** API Gateway ends a socket after ten idle minutes. */
const pingEveryMs = 4 * 60_000;
/** So long an answer may take; who hears nothing connects anew. */
const answerWithinMs = 10_000;

/** Keeps a socket open: connects again after a growing time with jitter, so that many chats don't come back at once. */
export class Connection {
  readonly #url: string;
  readonly #handlers: ConnectionHandlers;
  #socket: WebSocket | undefined;
  #attempts = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  readonly #awaited = new Set<Answer>();
  #wanted = false;

  constructor(url: string, handlers: ConnectionHandlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  get isWanted(): boolean {
    return this.#wanted;
  }

  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#connect();
  }

  close(): void {
    this.#wanted = false;
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** Connects anew at once, e.g. under another token or when the network is back. */
  again(): void {
    if (!this.#wanted) return;
    this.#attempts = 0;
    if (this.#socket) {
      this.#drop();
      this.#handlers.onClosed(true);
    }
    if (this.#wanted && !this.#socket) this.#connect();
  }

  /** Waits no longer for the next attempt, where none is under way. */
  hurry(): void {
    if (!this.#socket) this.again();
  }

  /** @returns false when there is nobody to hear it */
  send(frame: ClientFrame): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    if (frame.type === "message") this.#expect("ack");
    if (frame.type === "ping") this.#expect("pong");
    return true;
  }

  #expect(answer: Answer): void {
    this.#awaited.add(answer);
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#closed(true), answerWithinMs);
  }

  #connect(): void {
    clearTimeout(this.#retry);
    const socket = new WebSocket(this.#url, this.#handlers.protocols());
    this.#socket = socket;
    this.#expect("hello");
    let wasOpen = false;
    socket.addEventListener("open", () => {
      wasOpen = true;
      if (socket !== this.#socket) return;
      this.#expect("hello");
      this.#ping = setInterval(() => this.send({ type: "ping" }), pingEveryMs);
      this.#handlers.onOpen();
    });
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#take(String(data));
    });
    socket.addEventListener("close", () => {
      if (socket === this.#socket) this.#closed(wasOpen);
    });
  }

  #take(data: string): void {
    const frame = frameOf(data);
    if (!frame) return;
    const answer = answeredBy(frame);
    if (answer) this.#awaited.delete(answer);
    if (this.#awaited.size === 0) clearTimeout(this.#silence);
    if (frame.type === "hello") this.#attempts = 0;
    this.#handlers.onFrame(frame);
  }

  #closed(wasOpen: boolean): void {
    this.#drop();
    this.#handlers.onClosed(wasOpen);
    if (!this.#wanted || this.#socket) return;
    const most = Math.min(firstRetryMs * 2 ** this.#attempts, longestRetryMs);
    this.#attempts += 1;
    this.#retry = setTimeout(() => this.#connect(), most * (0.5 + Math.random() / 2));
  }

  #drop(): void {
    clearTimeout(this.#silence);
    this.#awaited.clear();
    clearInterval(this.#ping);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}

/** The socket opens, a message is sent, a ping is: each has an answer of its own. Whatever else comes meanwhile is none. */
type Answer = "hello" | "ack" | "pong";

function answeredBy(frame: ServerFrame): Answer | undefined {
  if (frame.type === "error") return frame.clientMessageId === undefined ? undefined : "ack";
  return frame.type === "hello" || frame.type === "ack" || frame.type === "pong" ? frame.type : undefined;
}

/** @returns undefined for what is no frame of ours, e.g. API Gateway's own errors */
function frameOf(data: string): ServerFrame | undefined {
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === "object" && frame !== null && "type" in frame ? (frame as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
