import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { foreignHttp } from "../../shared/adapters/foreign-http.ts";
import { embeddedHostKey, type EmbeddedHost, type Resolve } from "../../shared/adapters/pinned-request.ts";
import { limits } from "../../shared/core/limits.ts";
import { HttpNotSent, HttpOutcomeUnknown, type HttpCall } from "../../shared/ports/http.ts";

const host = globalThis as { [embeddedHostKey]?: EmbeddedHost };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  delete host[embeddedHostKey];
  for (const close of closing.splice(0)) await close();
});

/** @returns the port */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

const asAddress = (address: string) => ({ address, family: address.includes(":") ? 6 : 4 });

/** Answers each resolution with the next list of addresses, the last one for ever. */
function resolver(...answers: string[][]): { resolve: Resolve; asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolve = async (hostname) => {
    asked.push(hostname);
    return answers[Math.min(asked.length, answers.length) - 1]!.map(asAddress);
  };
  return { resolve, asked };
}

const request = (url: string, changes: Partial<HttpCall> = {}): HttpCall => ({
  method: "POST",
  url,
  headers: { "x-one": "1" },
  body: "{}",
  timeoutMs: 5_000,
  ...changes,
});

describe("a call to an address that others chose", () => {
  it.each([
    ["http://example.com/", /begins with http:/],
    ["https://127.0.0.1/", /no public address/],
    ["https://2130706433/", /127\.0\.0\.1, which is no public address/],
    ["https://[::ffff:169.254.169.254]/", /no public address/],
    ["file:///etc/passwd", /no URL that begins with https/],
    ["not a url", /no URL that begins with https/],
  ])("is not made to %s", async (url, why) => {
    const { resolve, asked } = resolver(["8.8.8.8"]);
    const http = foreignHttp(resolve);
    await expect(http.call(request(url))).rejects.toThrow(HttpNotSent);
    await expect(http.objectionTo(url)).resolves.toMatch(why);
    expect(asked).toEqual([]);
  });

  it("is not made to a name that resolves inward, even by one of its addresses", async () => {
    for (const addresses of [["10.0.0.5"], ["8.8.8.8", "169.254.169.254"], ["2606:4700::1111", "::1"]]) {
      const http = foreignHttp(resolver(addresses).resolve);
      await expect(http.call(request("https://hooks.example/"))).rejects.toThrow(/no public address/);
      await expect(http.objectionTo("https://hooks.example/")).resolves.toMatch(/no public address/);
    }
    await expect(foreignHttp().objectionTo("https://localhost/")).resolves.toMatch(/no public address/);
  });

  it("is not made to a name that has no address, and says so", async () => {
    const unknown = foreignHttp(async () => {
      throw Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" });
    });
    await expect(unknown.objectionTo("https://hooks.example/")).resolves.toBe("could not be resolved: ENOTFOUND");
    await expect(foreignHttp(resolver([]).resolve).objectionTo("https://hooks.example/")).resolves.toMatch(
      /no address/,
    );
  });

  it("does not wait for a name for ever", async () => {
    const http = foreignHttp(() => new Promise(() => {}));
    await expect(http.call(request("https://hooks.example/secret", { timeoutMs: 20 }))).rejects.toThrow(
      new HttpNotSent("https://hooks.example was not called: it could not be resolved in time."),
    );
  });

  it("is made nowhere on this machine unless the embedded host says so", async () => {
    const received: unknown[] = [];
    const port = await serve((incoming, response) => {
      received.push(incoming.url);
      response.end();
    });
    for (const url of [`http://127.0.0.1:${port}/`, `http://localhost:${port}/`, `https://127.0.0.1:${port}/`]) {
      await expect(foreignHttp().call(request(url))).rejects.toThrow(HttpNotSent);
    }
    expect(received).toEqual([]);
  });
});

describe("a call from the embedded host to this machine", () => {
  beforeEach(() => {
    host[embeddedHostKey] = { origins: {} };
  });

  it("gives back status, headers and text", async () => {
    const received: unknown[] = [];
    const port = await serve(async (incoming, response) => {
      const body = (await incoming.toArray()).join("");
      received.push([incoming.method, incoming.url, incoming.headers["x-one"], incoming.headers.host, body]);
      response.writeHead(201, { "X-Two": "2" }).end("čau 😀");
    });
    const answer = await foreignHttp().call(request(`http://127.0.0.1:${port}/hook?a=1`, { body: "grüße" }));
    expect(answer).toMatchObject({ status: 201, body: "čau 😀", headers: { "x-two": "2" } });
    expect(received).toEqual([["POST", "/hook?a=1", "1", `127.0.0.1:${port}`, "grüße"]]);
  });

  it("still goes to no other address that is not public, and to no public one by http", async () => {
    const http = foreignHttp(resolver(["127.0.0.1", "10.0.0.1"]).resolve);
    await expect(http.objectionTo("https://hooks.example/")).resolves.toMatch(/127\.0\.0\.1, which is no public/);
    await expect(foreignHttp().objectionTo("https://10.0.0.1/")).resolves.toMatch(/no public address/);
    await expect(foreignHttp(resolver(["8.8.8.8"]).resolve).objectionTo("http://hooks.example/")).resolves.toMatch(
      /begins with http:/,
    );
  });

  it("connects to the address that was checked, whatever the name says a moment later", async () => {
    const received: string[] = [];
    const port = await serve((incoming, response) => {
      received.push(incoming.headers.host!);
      response.end();
    });
    const { resolve, asked } = resolver(["127.0.0.1"], ["8.8.8.8"]);
    const answer = await foreignHttp(resolve).call(request(`http://rebound.example:${port}/`));
    expect(answer.status).toBe(200);
    expect(received).toEqual([`rebound.example:${port}`]);
    expect(asked).toEqual(["rebound.example"]);
  });

  it.each([301, 307, 308])("follows no redirect (%i)", async (status) => {
    const seen: (string | undefined)[] = [];
    const port = await serve((incoming, response) => {
      seen.push(incoming.url);
      response.writeHead(status, { location: "/elsewhere" }).end();
    });
    expect((await foreignHttp().call(request(`http://127.0.0.1:${port}/`))).status).toBe(status);
    expect(seen).toEqual(["/"]);
  });

  it("reads no more of an answer than it needs", async () => {
    const port = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024, "x")));
      };
      response.on("drain", more);
      more();
    });
    const answer = await foreignHttp().call(request(`http://127.0.0.1:${port}/`));
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(limits.maxForeignAnswerBytes);
  });

  it("was surely not sent when the connection is refused, or is none that TLS speaks", async () => {
    const port = await serve((_, response) => response.end());
    await expect(foreignHttp().call(request(`https://127.0.0.1:${port}/`))).rejects.toThrow(HttpNotSent);
    await closing.pop()!();
    await expect(foreignHttp().call(request(`http://127.0.0.1:${port}/`))).rejects.toThrow(HttpNotSent);
  });

  it("has an unknown outcome when the other side hangs, breaks off or trickles", async () => {
    const hangs = await serve(() => {});
    const breaks = await serve((incoming) => incoming.socket.resetAndDestroy());
    const trickles = await serve((_, response) => void response.writeHead(200).write("a"));
    for (const port of [hangs, breaks, trickles]) {
      const call = foreignHttp().call(request(`http://127.0.0.1:${port}/secret-path`, { timeoutMs: 100 }));
      await expect(call).rejects.toThrow(HttpOutcomeUnknown);
      await expect(call).rejects.not.toThrow(/secret-path/);
    }
  });
});
