import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LocalServer } from "../../../infra/local/http/server.ts";

let server: LocalServer;
const log: string[] = [];
const listen = (port: number): Promise<LocalServer> =>
  LocalServer.listen({
    port,
    async handle(request, response, body) {
      if (request.url === "/fail") throw new Error("broken");
      response.end(`${request.method} ${body.length}`);
    },
    upgrade: (_request, socket, _head, isOwnPage) =>
      void socket.end(`HTTP/1.1 ${isOwnPage ? "418 Upgraded" : "451 Foreign"}\r\n\r\n`),
    log: (line) => log.push(line),
  });

beforeEach(async () => {
  server = await listen(0);
});
afterEach(() => server.close());

/** fetch sets Host and Origin itself, so the request is made by hand. */
function call(headers: Record<string, string>, path = "/"): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: "127.0.0.1", port: server.port, path, headers }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode!, body }));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

const own = (name: string): string => `${name}:${server.port}`;

test("it answers to its own two names", async () => {
  expect(await call({ host: own("127.0.0.1") })).toEqual({ status: 200, body: "GET 0" });
  expect(await call({ host: own("localhost") })).toEqual({ status: 200, body: "GET 0" });
});

test.each(["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example"])(
  "the host %j is refused",
  async (host) => {
    const { status, body } = await call({ host });
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ status: 403, detail: expect.stringContaining(`"${host}"`) });
  },
);

test("its own pages may call it, others may not", async () => {
  expect(await call({ host: own("localhost"), origin: `http://${own("127.0.0.1")}` })).toMatchObject({ status: 200 });
  for (const origin of ["http://evil.example", "null", `https://${own("127.0.0.1")}`, "http://127.0.0.1"])
    expect(await call({ host: own("127.0.0.1"), origin })).toMatchObject({ status: 403 });
});

test("an upgrade is refused to another host, and told whether a page of its own asks", async () => {
  const upgrade = { connection: "upgrade", upgrade: "websocket" };
  expect(await call({ host: own("127.0.0.1"), ...upgrade })).toMatchObject({ status: 418 });
  const origin = "http://evil.example";
  expect(await call({ host: own("127.0.0.1"), origin, ...upgrade })).toMatchObject({ status: 451 });
  expect(await call({ host: "evil.example", ...upgrade })).toMatchObject({ status: 403 });
});

test("a port in use is named, with what to do", async () => {
  await expect(listen(server.port)).rejects.toThrow(`Port ${server.port} of 127.0.0.1 is in use`);
});

test("what fails inside is a 500 without the reason; the log has it", async () => {
  const { status, body } = await call({ host: own("127.0.0.1") }, "/fail");
  expect(status).toBe(500);
  expect(body).not.toContain("broken");
  expect(log.join("\n")).toContain("GET /fail: Error: broken");
});

test("a body beyond every limit is refused", async () => {
  const response = await fetch(server.url, { method: "POST", body: Buffer.alloc(12 * 1024 * 1024 + 1) });
  expect(response.status).toBe(413);
});
