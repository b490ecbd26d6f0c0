import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { fetchHttp } from "../../shared/adapters/http.ts";
import { HttpNotSent, HttpOutcomeUnknown, type HttpCall } from "../../shared/ports/http.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const call = (url: string, changes: Partial<HttpCall> = {}) =>
  fetchHttp.call({ method: "POST", url, headers: { "x-one": "1" }, body: "To=%2B49", timeoutMs: 5_000, ...changes });

describe("a call to a provider", () => {
  it("gives back status, headers and text", async () => {
    const received: unknown[] = [];
    const url = await serve(async (request, response) => {
      received.push([request.method, request.url, request.headers["x-one"], (await request.toArray()).join("")]);
      response.writeHead(201, { "X-Request-Id": "abc" }).end("čau 😀");
    });
    const answer = await call(`${url}/messages?page=1`);
    expect(answer).toMatchObject({ status: 201, body: "čau 😀" });
    expect(answer.headers["x-request-id"]).toBe("abc");
    expect(received).toEqual([["POST", "/messages?page=1", "1", "To=%2B49"]]);
  });

  it.each([301, 404, 429, 503])("takes an answer of status %i for an answer", async (status) => {
    const url = await serve((_, response) => response.writeHead(status, { location: "/elsewhere" }).end());
    expect((await call(url)).status).toBe(status);
  });

  it("was surely not sent when the connection is refused", async () => {
    const url = await serve(() => {});
    await closing.pop()!();
    await expect(call(url)).rejects.toThrow(HttpNotSent);
    await expect(call(url)).rejects.toThrow(`${url} could not be reached: ECONNREFUSED`);
  });

  it("was surely not sent when the name is not known, or has several addresses that all refuse", async () => {
    await expect(call("http://nobody.invalid/x")).rejects.toThrow(HttpNotSent);
    const url = await serve(() => {});
    await closing.pop()!();
    await expect(call(url.replace("127.0.0.1", "localhost"))).rejects.toThrow(HttpNotSent);
  });

  it("has an unknown outcome when the other side hangs after it has accepted", async () => {
    const url = await serve(() => {});
    const hanging = call(url, { timeoutMs: 50 });
    await expect(hanging).rejects.toThrow(HttpOutcomeUnknown);
    await expect(hanging).rejects.toThrow(/^No answer from http:\/\/127\.0\.0\.1:\d+: .*timeout/i);
  });

  it("has an unknown outcome when the connection breaks before or within the answer", async () => {
    const reset = await serve((request) => request.socket.resetAndDestroy());
    await expect(call(reset)).rejects.toThrow(HttpOutcomeUnknown);
    const broken = await serve((request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => request.socket.destroy());
    });
    await expect(call(broken)).rejects.toThrow(HttpOutcomeUnknown);
  });

  it("does not read an answer without end", async () => {
    const url = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024)));
      };
      response.on("drain", more);
      more();
    });
    await expect(call(url)).rejects.toThrow(/the answer is over 8388608 bytes/);
  });

  it("names the provider in its errors, never what was asked of it", async () => {
    const url = await serve((request) => request.socket.resetAndDestroy());
    const failed = call(`${url}/messages?To=%2B4915550100200`);
    await expect(failed).rejects.not.toThrow(/To=/);
  });
});
