import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isGenuine } from "../functions/deliver/receiver.ts";
import { startCloud, until, type CloudUnderTest } from "./harness.ts";

const hour = 3_600_000;
const question = "Hello, could you please help me with my order?";

interface Call {
  at: number;
  id: string;
  type: string;
  timestamp: string;
  conversationId: string;
  headers: Record<string, string>;
  body: string;
  answered: number;
}

/** A receiver on this machine: keeps every call, and answers each path as a test says. */
class Receivers {
  readonly calls: (Call & { path: string })[] = [];
  readonly answers = new Map<string, number>();
  readonly #server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString("utf8");
    const { type, timestamp, data } = JSON.parse(body);
    const path = request.url!;
    const answered = this.answers.get(path) ?? 200;
    const headers = request.headers as Record<string, string>;
    const conversationId = data.conversation?.id ?? data.message?.conversationId;
    const call = { at: this.now(), id: headers["webhook-id"]!, type, timestamp, conversationId };
    this.calls.push({ ...call, path, headers, body, answered });
    response.writeHead(answered).end();
  });
  now = () => 0;
  origin = "";

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  at(path: string): Call[] {
    return this.calls.filter((call) => call.path === path);
  }

  taken(path: string): Call[] {
    return this.at(path).filter(({ answered }) => answered < 300);
  }
}

const receivers = new Receivers();
let cloud: CloudUnderTest;

beforeAll(async () => {
  [cloud] = await Promise.all([startCloud(), receivers.listen()]);
  receivers.now = () => cloud.clock.now();
  await cloud.api("agent-en", "PUT", "/agents/agent-en/presence", { status: "available" });
});

afterAll(async () => {
  await cloud.stop();
  await receivers.close();
});

/** Adds a receiver, and lets the minute pass after which every function knows it. */
async function addWebhook(path: string, events: string[]): Promise<{ id: string; secret: string }> {
  const { status, body } = await cloud.api("admin", "POST", "/webhooks", { url: receivers.origin + path, events });
  expect(status).toBe(201);
  expect(body.secret).toMatch(/^whsec_/);
  await cloud.clock.advance(61_000);
  return body;
}

const shown = async (id: string) => (await cloud.api("admin", "GET", `/webhooks/${id}`)).body;

/** Whose secret verifies a call. */
function verifiers({ headers, body }: Call, secrets: Record<string, string>): string[] {
  const call = { method: "POST" as const, url: "", headers, body, timeoutMs: 0 };
  return Object.keys(secrets).filter((name) => isGenuine(call, secrets[name]!));
}

describe("a receiver of events", () => {
  test("that fails for 25 hours and then answers gets each event once and in order, signed with the secret it has by then", async () => {
    const path = "/fails-for-a-day";
    receivers.answers.set(path, 500);
    const { id, secret } = await addWebhook(path, ["*"]);
    const { secret: others } = await addWebhook("/another", ["customer.merged"]);
    const { secret: fresh } = (await cloud.api("admin", "POST", `/webhooks/${id}/rotate`)).body;
    const startedAt = cloud.clock.now();
    const customers = ["+4915199300001", "+4915199300002", "+4915199300003"];
    for (const hours of [0, 1, 8, 16]) {
      await cloud.clock.advance(hours * hour);
      for (const from of customers) await cloud.text(from, question);
      await cloud.clock.settle();
    }
    await until("every text has been told", async () => (await shown(id)).waiting >= 12);
    const { waiting, state, lastError, lastSuccessAt } = await shown(id);
    expect({ state, lastSuccessAt }).toEqual({ state: "failing", lastSuccessAt: null });
    expect(lastError).toMatchObject({ status: 500 });
    receivers.answers.set(path, 200);
    await cloud.clock.advance(4 * hour + 60_000);

    const taken = await until("all that waited has arrived", async () => {
      await cloud.clock.advance(60_000);
      return (await shown(id)).waiting === 0 && receivers.taken(path);
    });
    expect(taken[0]!.at - startedAt).toBeGreaterThan(25 * hour);
    expect(taken).toHaveLength(waiting);
    expect(new Set(taken.map((call) => call.id)).size).toBe(waiting);
    const tried = new Set(receivers.at(path).map((call) => call.id));
    expect(tried).toEqual(new Set(taken.map((call) => call.id)));
    const byConversation = Map.groupBy(taken, ({ conversationId }) => conversationId);
    expect(byConversation.size).toBe(customers.length);
    for (const events of byConversation.values()) {
      const times = events.map(({ timestamp }) => timestamp);
      expect(times).toEqual(times.toSorted());
      expect(events.filter(({ type }) => type === "message.received")).toHaveLength(4);
      expect(events[0]!.type).toBe("message.received");
    }
    const [early, late] = [receivers.at(path)[0]!, taken.at(-1)!];
    expect(verifiers(early, { old: secret, fresh, others })).toEqual(["old", "fresh"]);
    expect(verifiers(late, { old: secret, fresh, others })).toEqual(["fresh"]);
    expect(taken.every((call) => verifiers(call, { fresh }).length === 1)).toBe(true);
    expect(await shown(id)).not.toHaveProperty("secret");
    expect((await shown(id)).state).toBe("active");
    await cloud.api("admin", "DELETE", `/webhooks/${id}`);
  }, 120_000);

  test("that answers 410 is disabled, and gets what waited when it is taken up again", async () => {
    const path = "/gone";
    receivers.answers.set(path, 410);
    const { id } = await addWebhook(path, ["message.received"]);
    await cloud.text("+4915199300004", question);
    await until("it is disabled", async () => (await shown(id)).state === "disabled");
    await cloud.clock.advance(hour);
    expect(receivers.at(path)).toHaveLength(1);
    expect(await shown(id)).toMatchObject({ waiting: 1, lastError: { status: 410 } });
    receivers.answers.set(path, 200);
    await cloud.api("admin", "PATCH", `/webhooks/${id}`, { state: "active" });
    await until("what waited has arrived", () => receivers.taken(path).length === 1);
    await until("it is active", async () => (await shown(id)).state === "active");
    await cloud.api("admin", "DELETE", `/webhooks/${id}`);
  });

  test("can stand nowhere that is not public, but on the embedded host's own machine", async () => {
    for (const url of [
      "https://169.254.169.254/",
      "https://10.0.0.1/",
      "http://192.168.0.1/",
      "https://[::ffff:7f00:1]/x",
    ]) {
      const { status, body } = await cloud.api("admin", "POST", "/webhooks", { url, events: ["*"] });
      expect([url, status, body.errors?.[0].field]).toEqual([url, 400, "url"]);
    }
  });
});
