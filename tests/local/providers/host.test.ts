import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, it } from "vitest";
import { hostProviders, type ProviderHost } from "../../../infra/local/providers/host.ts";
import type { ProviderCall, SimulatedProvider } from "../../../infra/local/providers/provider.ts";
import { HttpOutcomeUnknown } from "../../../shared/ports/http.ts";

const origin = "https://api.provider.example";

let host: ProviderHost | undefined;
const logged: string[] = [];
afterEach(() => {
  logged.length = 0;
  return host?.close();
});

/** One that answers with what it was asked. */
async function hosted(
  handle: (call: ProviderCall) => { status: number; headers: Record<string, string>; body: string },
) {
  const provider: SimulatedProvider = {
    name: "custom",
    origins: [origin],
    handle,
    outbox: () => [],
    file: () => undefined,
    resume: () => undefined,
    close: () => undefined,
  };
  host = await hostProviders([provider], (line) => logged.push(line));
  return host.origins[origin]!;
}

const echo = ({ method, url, body }: ProviderCall) => ({ status: 200, headers: {}, body: `${method} ${url} ${body}` });

it("serves a provider's host under its own path, and no other", async () => {
  const base = await hosted(echo);
  const answer = await fetch(`${base}/v1/messages?to=a%20b`, { method: "POST", body: "hello" });
  expect(await answer.text()).toBe(`POST ${origin}/v1/messages?to=a%20b hello`);
  expect((await fetch(new URL("/other.example/", base))).status).toBe(404);
});

it("cuts the connection where the provider does", async () => {
  const base = await hosted(() => {
    throw new HttpOutcomeUnknown("cut");
  });
  await expect(fetch(base)).rejects.toThrow("fetch failed");
});

it("survives a caller that goes away in the middle of a call", async () => {
  const base = await hosted(echo);
  const { port } = new URL(base);
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  socket.write(`POST /${new URL(origin).host}/ HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf of it`);
  socket.resetAndDestroy();
  expect((await fetch(`${base}/after`)).status).toBe(200);
  expect(logged).toEqual([]);
});

it("says what a provider could not cope with, and goes on", async () => {
  let calls = 0;
  const base = await hosted((call) => {
    calls += 1;
    if (calls === 1) throw new SyntaxError("a call of a strange form");
    return echo(call);
  });
  expect((await fetch(base)).status).toBe(500);
  expect(logged.join("\n")).toContain(`GET at api.provider.example: SyntaxError: a call of a strange form`);
  expect((await fetch(base)).status).toBe(200);
});
