import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { FrontDoor, type Rooms } from "../../../infra/local/front-door.ts";
import type { WebSocketApi } from "../../../infra/local/websocket/websocket-api.ts";

/** Asks for an upgrade. @returns the API that got it, or what the socket was answered */
async function upgraded(path: string, isOwnPage: boolean): Promise<string> {
  const reached: string[] = [];
  const api = (name: string) => ({ connect: async () => void reached.push(name) }) as unknown as WebSocketApi;
  const door = new FrontDoor();
  const webSocketApis = new Map(["/live", "/chat"].map((each) => [each, api(each)]));
  door.open({ webSocketApis } as unknown as Rooms);
  const socket = new PassThrough();
  door.upgrade({ url: path } as IncomingMessage, socket, Buffer.alloc(0), isOwnPage);
  return reached[0] ?? String(socket.read()).split("\r\n")[0]!;
}

test("a page of another origin opens a chat, whose function decides, and nothing else", async () => {
  expect(await upgraded("/live?ticket=1", true)).toBe("/live");
  expect(await upgraded("/live?ticket=1", false)).toBe("HTTP/1.1 403 Forbidden");
  expect(await upgraded("/chat?inbox=web", true)).toBe("/chat");
  expect(await upgraded("/chat?inbox=web", false)).toBe("/chat");
  expect(await upgraded("/other", true)).toBe("HTTP/1.1 403 Forbidden");
});
