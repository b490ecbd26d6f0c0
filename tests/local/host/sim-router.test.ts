import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { Meter } from "../../../infra/local/gateway/gateway.ts";
import { TwilioStorage } from "../../../infra/local/providers/twilio/storage.ts";
import { SimulatedTwilio } from "../../../infra/local/providers/twilio/twilio.ts";
import { SimRouter } from "../../../infra/local/sim/router.ts";

let clock: VirtualClock;
let meter: Meter;
let sim: SimRouter;
let pageDirectory: string;
let routerAnswers: number;
const begin = Date.UTC(2026, 10, 22);

beforeEach(() => {
  clock = new VirtualClock({ frozenAtMs: begin });
  meter = new Meter(clock);
  routerAnswers = 200;
  pageDirectory = mkdtempSync(join(tmpdir(), "switchyard-sim-"));
  writeFileSync(join(pageDirectory, "sim.html"), "<!doctype html>");
  const twilio = new SimulatedTwilio({
    clock,
    storage: new TwilioStorage(":memory:"),
    deliver: async () => routerAnswers,
    accounts: [{ accountSid: `AC${"0".repeat(32)}`, authToken: "token" }],
    numbers: [{ number: "+15005550006", accountSid: `AC${"0".repeat(32)}`, webhookUrl: "http://router/hook" }],
  });
  const inboxes = [{ id: "sms-main", channel: "sms", address: "+15005550006" }];
  sim = new SimRouter({ clock, meter, twilio, inboxes, pageDirectory });
});
afterEach(() => rmSync(pageDirectory, { recursive: true }));

const call = async (method: string, path: string, body?: unknown) => {
  const [bare = "", query = ""] = path.split("?");
  const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
  const answer = await sim.handle({ method, path: bare, query: new URLSearchParams(query), body: text });
  return { ...answer, json: answer.headers["content-type"]?.includes("json") ? JSON.parse(answer.body) : undefined };
};

test("the clock says the time and moves when told", async () => {
  expect((await call("GET", "/clock")).json).toEqual({ now: "2026-11-22T00:00:00.000Z" });
  expect((await call("POST", "/clock", { advanceMs: 90_000 })).json).toEqual({ now: "2026-11-22T00:01:30.000Z" });
});

test.each([{ advanceMs: -1 }, { advanceMs: "1" }, {}, { advanceMs: 1, extra: 1 }, { advanceMs: 1e15 }, "no JSON"])(
  "the clock refuses %j with a reason",
  async (body) => {
    const { status, json } = await call("POST", "/clock", body);
    expect(status).toBe(400);
    expect(json.detail).toMatch(/advanceMs|extra|JSON/);
    expect(clock.now()).toBe(begin);
  },
);

test("the meter reports and is reset", async () => {
  meter.record({ caller: "a", service: "sqs", operation: "SendMessage", units: { fifoRequests: 2 } });
  expect((await call("GET", "/meter")).json).toMatchObject({ lines: [{ caller: "a", calls: 1 }], dollars: 1e-6 });
  expect((await call("DELETE", "/meter")).status).toBe(204);
  expect((await call("GET", "/meter")).json.lines).toEqual([]);
});

test("faults are not there yet, and say so", async () => {
  for (const method of ["PUT", "DELETE"]) {
    const { status, headers } = await call(method, "/faults", []);
    expect(status).toBe(501);
    expect(headers["content-type"]).toContain("application/problem+json");
  }
});

test("a text goes to the router; what is wrong with one is named", async () => {
  const text = { from: "+4915112345678", to: "+15005550006", body: "Hello" };
  expect(await call("POST", "/twilio/messages", text)).toMatchObject({ status: 200, json: { status: 200 } });
  expect(await call("POST", "/twilio/messages", { ...text, from: "Anna" })).toMatchObject({ status: 400 });
  const missing = await call("POST", "/twilio/messages", { from: text.from, to: text.to });
  expect(missing).toMatchObject({ status: 400, json: { detail: expect.stringContaining("body") } });
});

test("a text that the router refuses is a 502 with its answer", async () => {
  routerAnswers = 403;
  const text = { from: "+4915112345678", to: "+15005550006", body: "Hello" };
  const { status, json } = await call("POST", "/twilio/messages", text);
  expect(status).toBe(502);
  expect(json.detail).toContain("403");
});

test("the outbox takes a number with a plus that was not encoded", async () => {
  expect((await call("GET", "/outbox?channel=sms&to=+4915112345678")).json).toEqual({ items: [] });
});

test("the page is served at /sim, with a policy of its own", async () => {
  const page = await call("GET", "");
  expect(page).toMatchObject({ status: 200, body: "<!doctype html>" });
  expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
});

test("elsewhere is 404, another method 405 with those that are allowed", async () => {
  expect((await call("GET", "/nothing")).status).toBe(404);
  expect(await call("PUT", "/clock")).toMatchObject({ status: 405, headers: { allow: "GET, POST" } });
});
