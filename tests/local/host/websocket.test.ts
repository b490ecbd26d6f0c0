import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { type GatewayRequest, Meter } from "../../../infra/local/gateway/gateway.ts";
import type { InvocationResult } from "../../../infra/local/lambda/protocol.ts";
import { FrameWatch, maxFrameBytes } from "../../../infra/local/websocket/frames.ts";
import { WebSocketApi } from "../../../infra/local/websocket/websocket-api.ts";

interface SocketEvent {
  requestContext: { routeKey: string; connectionId: string; eventType: string; disconnectStatusCode?: number };
  body?: string;
  queryStringParameters?: Record<string, string>;
}

let server: Server;
let api: WebSocketApi;
let clock: VirtualClock;
let url: string;
let events: SocketEvent[];
/** what the function answers, by route key; "fails" makes it an error */
let answers: Record<string, object | "fails">;

beforeEach(async () => {
  clock = new VirtualClock();
  events = [];
  answers = { $connect: { statusCode: 200 } };
  const target = (routeKey: string) => ({
    definition: { name: "socket" },
    maxConcurrency: 4,
    async invoke(event: unknown): Promise<InvocationResult> {
      events.push(event as SocketEvent);
      const answer = answers[routeKey] ?? {};
      if (answer === "fails") return { ok: false, error: { errorType: "E", errorMessage: "no", trace: [] } };
      return { ok: true, payload: JSON.stringify(answer) };
    },
  });
  api = new WebSocketApi({
    apiId: "ws1",
    stage: "live",
    domainName: "ws1.execute-api.us-east-1.amazonaws.com",
    routeSelectionExpression: "$request.body.action",
    routes: new Map(["$connect", "$disconnect", "$default", "own"].map((key) => [key, target(key)])),
    clock,
    meter: new Meter(clock),
  });
  server = createServer();
  server.on("upgrade", (request, socket, head) => void api.connect(request, socket, head));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
});

afterEach(async () => {
  await api.close();
  server.closeAllConnections();
  server.close();
  clock.close();
});

async function open(path = "", protocols: string[] = []): Promise<WebSocket> {
  const socket = new WebSocket(url + path, protocols);
  await once(socket, "open");
  return socket;
}

const closeCode = async (socket: WebSocket): Promise<number> => ((await once(socket, "close")) as [number])[0];
const nextText = async (socket: WebSocket): Promise<string> => String(((await once(socket, "message")) as [Buffer])[0]);

const manage = (method: string, connectionId: string, body = "") =>
  api.manage({
    method,
    path: `/execute-api/ws1/live/@connections/${encodeURIComponent(connectionId)}`,
    headers: {},
    body: Buffer.from(body),
    caller: "route",
    signal: new AbortController().signal,
    now: clock.now(),
  } satisfies GatewayRequest);

describe("routes", () => {
  test("$connect gets headers and query, $default a message, $disconnect the end, with one connection id", async () => {
    const socket = await open("?ticket=t1&a=1&a=2");
    socket.send("hello");
    await expect.poll(() => events.length).toBe(2);
    socket.close(1000, "bye");
    await expect.poll(() => events.length).toBe(3);
    expect(events[0]).toMatchObject({
      queryStringParameters: { ticket: "t1", a: "2" },
      multiValueQueryStringParameters: { a: ["1", "2"] },
      requestContext: {
        routeKey: "$connect",
        eventType: "CONNECT",
        stage: "live",
        apiId: "ws1",
        messageDirection: "IN",
      },
    });
    expect(events[1]).toMatchObject({
      body: "hello",
      requestContext: { routeKey: "$default", eventType: "MESSAGE", messageId: expect.any(String) },
    });
    expect(events[2]).toMatchObject({
      requestContext: { routeKey: "$disconnect", disconnectStatusCode: 1000, disconnectReason: "bye" },
    });
    expect(new Set(events.map(({ requestContext }) => requestContext.connectionId)).size).toBe(1);
  });

  const selections: [string, string][] = [
    ['{"action":"own"}', "own"],
    ['{"action":"other"}', "$default"],
    ['{"action":"$connect"}', "$default"],
    ['{"action":1}', "$default"],
    ["null", "$default"],
    ["no JSON", "$default"],
  ];
  test.each(selections)("%s goes to %s", async (text, routeKey) => {
    const socket = await open();
    socket.send(text);
    await expect.poll(() => events.at(-1)?.requestContext.routeKey).toBe(routeKey);
    socket.close();
  });

  test("a function that fails: the client is told, the connection stays", async () => {
    answers["$default"] = "fails";
    const socket = await open();
    socket.send("x");
    expect(JSON.parse(await nextText(socket))).toMatchObject({
      message: "Internal server error",
      connectionId: events[0]!.requestContext.connectionId,
    });
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.close();
  });
});

describe("$connect decides", () => {
  test.each([
    [{ statusCode: 401 }, 401],
    [{ statusCode: 403 }, 403],
    [{}, 500],
    ["fails", 500],
  ] as [object | "fails", number][])("%j refuses with %i", async (answer, status) => {
    answers["$connect"] = answer;
    const socket = new WebSocket(url);
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(status);
    expect(events).toHaveLength(1);
    socket.on("error", () => {});
    socket.terminate();
  });

  test("it chooses the subprotocol", async () => {
    answers["$connect"] = { statusCode: 200, headers: { "Sec-WebSocket-Protocol": "switchyard.v1" } };
    const socket = await open("", ["switchyard.v1", "token"]);
    expect(socket.protocol).toBe("switchyard.v1");
    socket.close();
  });
});

describe("limits", () => {
  test("a frame of 32 KB passes, a byte more closes with 1009 and reaches no function", async () => {
    const socket = await open();
    socket.send("x".repeat(maxFrameBytes));
    await expect.poll(() => events.length).toBe(2);
    const closed = closeCode(socket);
    socket.send("x".repeat(maxFrameBytes + 1));
    expect(await closed).toBe(1009);
    await expect.poll(() => events.at(-1)?.requestContext.routeKey).toBe("$disconnect");
    expect(events.filter(({ requestContext }) => requestContext.eventType === "MESSAGE")).toHaveLength(1);
  });

  const inFrames = (socket: WebSocket, frames: number): void => {
    for (let frame = 1; frame <= frames; frame += 1) socket.send("x".repeat(maxFrameBytes), { fin: frame === frames });
  };

  test("a message of 128 KB in frames of 32 KB passes, one frame more closes with 1009", async () => {
    const socket = await open();
    inFrames(socket, 4);
    await expect.poll(() => events[1]?.body?.length).toBe(128 * 1024);
    const closed = closeCode(socket);
    inFrames(socket, 5);
    expect(await closed).toBe(1009);
  });

  test("binary messages close with 1003", async () => {
    const socket = await open();
    const closed = closeCode(socket);
    socket.send(Buffer.from([1, 2]));
    expect(await closed).toBe(1003);
  });

  test("ten minutes without a message end a connection, by the virtual clock", async () => {
    const socket = await open();
    await clock.advance(9 * 60_000);
    socket.send("still here");
    await expect.poll(() => events.length).toBe(2);
    await clock.advance(9 * 60_000);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    const closed = closeCode(socket);
    await clock.advance(60_000);
    expect(await closed).toBe(1001);
  });

  test("two hours end every connection", async () => {
    const socket = await open();
    const closed = closeCode(socket);
    for (let minutes = 0; minutes < 120; minutes += 8) {
      const messages = events.length;
      if (socket.readyState === WebSocket.OPEN) socket.send("x");
      await expect.poll(() => events.length).toBeGreaterThan(messages);
      await clock.advance(8 * 60_000);
    }
    expect(await closed).toBe(1001);
  });

  test("frames are measured however the bytes are cut", () => {
    const header = Buffer.from([0x81, 0x80 | 126, 0x80, 0x01, 1, 2, 3, 4]);
    const small = Buffer.from([0x81, 0x82, 1, 2, 3, 4, 9, 9]);
    const bytes = Buffer.concat([small, header]);
    for (const size of [1, 2, 3, 5, bytes.length]) {
      const watch = new FrameWatch();
      const found = [];
      for (let at = 0; at < bytes.length; at += size) found.push(watch.oversize(bytes.subarray(at, at + size)));
      expect(found.filter(Boolean)).toEqual([0x8001]);
    }
  });
});

describe("the management API", () => {
  test("POST reaches the client, GET says who it is, DELETE ends it, and then it is gone", async () => {
    const socket = await open();
    const { connectionId } = events[0]!.requestContext;
    const received = nextText(socket);
    expect(manage("POST", connectionId, "ping ü").status).toBe(200);
    expect(await received).toBe("ping ü");
    const told = manage("GET", connectionId);
    expect(JSON.parse(String(told.body))).toMatchObject({ identity: { sourceIp: "127.0.0.1" } });
    const closed = closeCode(socket);
    expect(manage("DELETE", connectionId).status).toBe(204);
    await closed;
    await expect.poll(() => manage("POST", connectionId, "x").status).toBe(410);
    expect(manage("POST", connectionId, "x").headers["x-amzn-errortype"]).toBe("GoneException");
  });

  test("while $connect runs there is no connection yet", async () => {
    const connectionIds: string[] = [];
    answers["$connect"] = {
      get statusCode() {
        connectionIds.push(events.at(-1)!.requestContext.connectionId);
        return manage("POST", connectionIds[0]!, "early").status === 410 ? 200 : 500;
      },
    };
    const socket = await open();
    expect(connectionIds).toHaveLength(1);
    socket.close();
  });

  test("over 128 KB: 413", async () => {
    const socket = await open();
    expect(manage("POST", events[0]!.requestContext.connectionId, "x".repeat(128 * 1024 + 1)).status).toBe(413);
    socket.close();
  });
});
