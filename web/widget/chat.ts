import type { ErrorFrame, HelloFrame, ServerFrame } from "../../shared/channels/web/frames.ts";
import { Connection } from "./connection.ts";
import { Credentials } from "./credentials.ts";
import { Outbox, type Pending } from "./outbox.ts";
import type { Storage } from "./storage.ts";
import { changed, type Line, lineOf, withAcknowledgement, withHistory, withMessage, withStatus } from "./timeline.ts";

export interface ChatState {
  lines: Line[];
  isOnline: boolean;
  isAgentTyping: boolean;
  /** what customers know the inbox as; empty until the router has said so */
  inboxName: string;
}

export const maxTextBytes = 16 * 1024;
/** API Gateway ends a connection over a larger frame, so a message in one could only be sent again for ever. */
const maxFrameBytes = 32 * 1024;

const typingShownMs = 6_000;
const typingToldEveryMs = 3_000;
const tryAgainMs = 2_000;

/**
 * One customer's chat. Messages go out one at a time, each under an id that it keeps until the router has acknowledged it:
 * so none is lost, none comes twice, and their order stays, whatever happens to the connection or the page.
 */
export class Chat {
  readonly #connection: Connection;
  readonly #credentials: Credentials;
  readonly #outbox: Outbox;
  readonly #onChange: (state: ChatState) => void;
  #state: ChatState = { lines: [], isOnline: false, isAgentTyping: false, inboxName: "" };
  /** the router has said hello on the connection that is open */
  #isWelcome = false;
  #inFlight: string | undefined;
  #isLooking = false;
  #typingToldAt = 0;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, storage: Storage, onChange: (state: ChatState) => void) {
    this.#onChange = onChange;
    this.#credentials = new Credentials(storage);
    this.#outbox = new Outbox(storage);
    this.#state.lines = this.#outbox.all().map(lineOf);
    this.#connection = new Connection(url, {
      protocols: () => this.#credentials.protocols(this.#outbox.all().length === 0),
      onOpen: () => {
        if (this.#credentials.opened()) this.#connection.again();
      },
      onFrame: (frame) => this.#take(frame),
      onClosed: (wasOpen) => this.#closed(wasOpen),
    });
  }

  get state(): ChatState {
    return this.#state;
  }

  /** There is something to take up again: a session, or messages that did not go out. */
  get hasPast(): boolean {
    return this.#credentials.session !== undefined || this.#outbox.all().length > 0;
  }

  connect(): void {
    this.#connection.open();
  }

  /** The network is back, or the page: no need to wait any longer. */
  hurry(): void {
    if (this.#connection.isWanted) this.#connection.hurry();
  }

  end(): void {
    this.#connection.close();
    clearTimeout(this.#next);
    clearTimeout(this.#typingEnds);
  }

  /** Who is before the page is somebody else from now on, or nobody: nothing of before is shown or sent. */
  forget(): void {
    this.end();
    this.#credentials.forget();
    this.#outbox.clear();
    this.#inFlight = undefined;
    this.#isWelcome = false;
    this.#update({ lines: [], isOnline: false, isAgentTyping: false });
  }

  vouch(token: string): void {
    this.#credentials.vouch(token);
    if (!this.#connection.isWanted) this.#connection.open();
    else if (this.#isWelcome) this.#goOn();
  }

  send(text: string): void {
    const pending = this.#outbox.add({ clientMessageId: newId(), text });
    this.#typingToldAt = 0;
    this.#update({ lines: [...this.#state.lines, lineOf(pending)] });
    this.#connection.open();
    this.#goOn();
  }

  typing(): void {
    const now = Date.now();
    if (!this.#isWelcome || now - this.#typingToldAt < typingToldEveryMs) return;
    if (this.#connection.send({ type: "typing" })) this.#typingToldAt = now;
  }

  /** @param isLooking whether the customer has the messages before them */
  look(isLooking: boolean): void {
    this.#isLooking = isLooking;
    if (isLooking) this.#tellRead();
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case "hello":
        return this.#greet(frame);
      case "message":
        this.#stopTyping();
        this.#update({ lines: withMessage(this.#state.lines, frame) });
        if (this.#isLooking) this.#tellRead();
        else this.#connection.send({ type: "received", messageId: frame.messageId });
        return;
      case "ack":
        this.#outbox.remove(frame.clientMessageId);
        this.#update({ lines: withAcknowledgement(this.#state.lines, frame) });
        return this.#settled(frame.clientMessageId);
      case "status":
        return this.#update({ lines: withStatus(this.#state.lines, frame.messageId, frame.status) });
      case "typing":
        clearTimeout(this.#typingEnds);
        this.#typingEnds = setTimeout(() => this.#stopTyping(), typingShownMs);
        return this.#update({ isAgentTyping: true });
      case "error":
        return this.#refused(frame);
      case "pong":
    }
  }

  #greet({ sessionToken, history, inbox }: HelloFrame): void {
    const before = this.#credentials.subject;
    this.#credentials.welcomed(sessionToken);
    const isOther = before !== undefined && !before.startsWith("ses_") && before !== this.#credentials.subject;
    for (const { clientMessageId } of history) if (clientMessageId !== undefined) this.#outbox.remove(clientMessageId);
    const lines = isOther ? this.#outbox.all().map(lineOf) : this.#state.lines;
    this.#isWelcome = true;
    this.#inFlight = undefined;
    this.#update({ lines: withHistory(lines, history), isOnline: true, inboxName: inbox.name });
    for (const { direction, status, messageId } of history) {
      const isNew = direction === "out" && status !== "read" && status !== "delivered";
      if (isNew) this.#connection.send({ type: "received", messageId });
    }
    if (this.#isLooking) this.#tellRead();
    this.#goOn();
  }

  #closed(wasOpen: boolean): void {
    this.#isWelcome = false;
    this.#inFlight = undefined;
    if (!wasOpen) this.#credentials.refused();
    this.#update({ isOnline: false, isAgentTyping: false });
  }

  /** Sends what is next, if nothing is under way; a vouch waits until nothing is left. */
  #goOn(): void {
    if (!this.#isWelcome || this.#inFlight !== undefined) return;
    const [pending] = this.#outbox.all();
    if (pending) {
      if (this.#connection.send(frameOf(pending))) this.#inFlight = pending.clientMessageId;
    } else if (this.#credentials.hasVouch) this.#connection.again();
  }

  #settled(clientMessageId: string): void {
    if (this.#inFlight === clientMessageId) this.#inFlight = undefined;
    this.#goOn();
  }

  #refused({ code, clientMessageId, retryAfterMs = tryAgainMs }: ErrorFrame): void {
    if (clientMessageId === undefined) return;
    if (code === "rate-limited" || code === "failed") {
      clearTimeout(this.#next);
      this.#next = setTimeout(() => this.#settled(clientMessageId), retryAfterMs);
      return;
    }
    this.#outbox.remove(clientMessageId);
    this.#update({ lines: changed(this.#state.lines, clientMessageId, "failed") });
    this.#settled(clientMessageId);
  }

  #tellRead(): void {
    for (const { own, key, status } of this.#state.lines) {
      if (own || status === "seen" || !this.#connection.send({ type: "read", messageId: key })) continue;
      this.#state.lines = changed(this.#state.lines, key, "seen");
    }
    this.#update({});
  }

  #stopTyping(): void {
    clearTimeout(this.#typingEnds);
    if (this.#state.isAgentTyping) this.#update({ isAgentTyping: false });
  }

  #update(change: Partial<ChatState>): void {
    this.#state = { ...this.#state, ...change };
    this.#onChange(this.#state);
  }
}

/** `crypto.randomUUID` is missing on pages without TLS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** More than the router takes, or more than one frame can hold: as JSON a text may be several times as long. */
export const isTooLong = (text: string): boolean =>
  bytesOf(text) > maxTextBytes || bytesOf(JSON.stringify(frameOf({ text, clientMessageId: newId() }))) > maxFrameBytes;

const frameOf = ({ text, clientMessageId }: Pick<Pending, "text" | "clientMessageId">) =>
  ({ type: "message", text, clientMessageId }) as const;
