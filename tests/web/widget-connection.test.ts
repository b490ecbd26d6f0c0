import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Connection } from "../../web/widget/connection.ts";

/* The widget's connection, before a socket whose other end the test is. */

const answerWithinMs = 10_000;
const firstRetryMs = 500;

class Socket extends EventTarget {
  static readonly OPEN = 1;
  static opened: Socket[] = [];
  static opensByItself = false;
  readonly readyState = Socket.OPEN;
  readonly sent: string[] = [];
  isClosed = false;

  constructor() {
    super();
    Socket.opened.push(this);
    if (Socket.opensByItself) queueMicrotask(() => this.dispatchEvent(new Event("open")));
  }

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.isClosed = true;
  }

  says(frame: object): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }
}

let connection: Connection;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  connection = new Connection("wss://chat.example/chat", {
    protocols: () => ["switchyard.v1"],
    onOpen: () => {},
    onFrame: () => {},
    onClosed: () => {},
  });
  connection.open();
  Socket.opened[0]!.dispatchEvent(new Event("open"));
  Socket.opened[0]!.says({ type: "hello", sessionToken: "t", history: [], inbox: { name: "Shop" } });
});
afterEach(() => {
  connection.close();
  Socket.opened = [];
  Socket.opensByItself = false;
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const send = (clientMessageId: string) => connection.send({ type: "message", text: "Hello", clientMessageId });

it.each([
  ["API Gateway's own error", { message: "Internal server error", connectionId: "c", requestId: "r" }],
  ["what became of the message, whose ack was lost", { type: "status", messageId: "msg_1", status: "received" }],
  ["a message of the agent's", { type: "message", messageId: "msg_2", text: "Hi", at: "2026-11-02T09:00:00.000Z" }],
  ["that the agent types", { type: "typing" }],
  ["the answer to a signal", { type: "error", code: "rate-limited", message: "Too many frames." }],
  ["an answer to a ping", { type: "pong" }],
])("connects anew when all that it hears after a message is %s", (_, frame) => {
  send("1");
  Socket.opened[0]!.says(frame);
  vi.advanceTimersByTime(answerWithinMs - 1);
  expect(Socket.opened).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(Socket.opened[0]!.isClosed).toBe(true);
  vi.advanceTimersByTime(firstRetryMs);
  expect(Socket.opened).toHaveLength(2);
});

it.each([
  ["acknowledged", { type: "ack", clientMessageId: "1", messageId: "msg_1", at: "2026-11-02T09:00:00.000Z" }],
  ["refused", { type: "error", code: "failed", message: "Send it again.", clientMessageId: "1" }],
])("stays connected when the message was %s", (_, frame) => {
  send("1");
  Socket.opened[0]!.says(frame);
  vi.advanceTimersByTime(answerWithinMs);
  expect(Socket.opened).toHaveLength(1);
});

it("stays connected while its pings are answered, and connects anew when one is not", () => {
  const pingEveryMs = 4 * 60_000;
  vi.advanceTimersByTime(pingEveryMs);
  expect(Socket.opened[0]!.sent.at(-1)).toBe('{"type":"ping"}');
  Socket.opened[0]!.says({ type: "pong" });
  vi.advanceTimersByTime(pingEveryMs);
  expect(Socket.opened).toHaveLength(1);
  vi.advanceTimersByTime(answerWithinMs + firstRetryMs);
  expect(Socket.opened).toHaveLength(2);
});

it("waits longer and longer for a router that opens sockets and says nothing", async () => {
  const tenMinutesMs = 10 * 60_000;
  Socket.opensByItself = true;
  connection.again();
  await vi.advanceTimersByTimeAsync(tenMinutesMs);
  expect(Socket.opened.length).toBeGreaterThan(10);
  expect(Socket.opened.length).toBeLessThan(30);
});
