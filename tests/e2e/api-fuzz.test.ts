import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";
import { fuzzedCalls, type FuzzedCall } from "../functions/api/fuzz.ts";
import { openApiDocument } from "../../infra/openapi/document.ts";

/*
 * The fuzz of tests/functions/api, where a database has limits of its own and a request is bytes.
 */

const isFull = process.env["SWITCHYARD_FULL"] !== undefined;
const seed = Number(process.env["SWITCHYARD_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = Number(process.env["SWITCHYARD_RUNS"] ?? (isFull ? 20_000 : 250));
const customers = ["+4915155500001", "+4915155500002"];

let cloud: CloudUnderTest;

beforeAll(async () => {
  cloud = await startCloud();
  await cloud.api("agent-en", "PUT", "/agents/agent-en/presence", { status: "available" });
  for (const customer of customers) await cloud.text(customer, "Hello, could you please help me with my order?");
});

afterAll(() => cloud?.stop());

async function knownIds(): Promise<Record<string, string[]>> {
  const conversations: { id: string; customerId: string; identityId: string }[] = await until(
    "both conversations",
    async () => {
      const { body } = await cloud.api("supervisor", "GET", "/conversations");
      return body.items.length === customers.length && body.items;
    },
  );
  const webhook = await cloud.api("admin", "POST", "/webhooks", { url: "https://192.0.2.1/hook", events: ["*"] });
  const { body } = await cloud.api("supervisor", "GET", `/conversations/${conversations[0]!.id}/messages`);
  return {
    conversations: conversations.map(({ id }) => id),
    customers: conversations.map(({ customerId }) => customerId),
    identities: conversations.map(({ identityId }) => identityId),
    agents: ["agent-en", "agent-de"],
    webhooks: webhook.status === 201 ? [webhook.body.id] : [],
    messageId: body.items.map(({ id }: { id: string }) => id),
    index: ["0", "-1"],
  };
}

const trace = /\bat .+:\d+:\d+|node_modules|\.ts\b/;

/** What HTTP lets a header's value be; the rest of what was made up for it never leaves the client. */
const sendable = (value: string): string => value.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "?").slice(0, 4_000);

async function send({ method, path, headers, body }: FuzzedCall, user: string, broken: boolean): Promise<number> {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  if (broken && bytes && bytes.length > 4) bytes.set([0xc3, 0x28, 0xff], Math.floor(bytes.length / 2) - 1);
  const response = await fetch(cloud.baseUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${cloud.tokens[user]}`,
      "content-type": "application/json",
      "idempotency-key": sendable(headers["idempotency-key"]!),
    },
    body: bytes,
  });
  const text = await response.text();
  const where = `${method} ${path.slice(0, 300)} ${body?.slice(0, 300)} → ${text.slice(0, 500)}`;
  expect(response.status, where).toBeLessThan(500);
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
  expect(response.status < 400 || isProblem, where).toBe(true);
  expect(response.status >= 400 && trace.test(text), where).toBe(false);
  return response.status;
}

test(`through the whole cloud, whatever is sent is answered or refused with a problem, seed ${seed}`, async () => {
  const calls = fuzzedCalls(openApiDocument("test"), await knownIds());
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(calls, fc.constantFrom("admin", "supervisor", "agent-en"), fc.boolean(), async (...call) => {
      const status = await send(...call);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }),
    { seed, numRuns },
  );
  const counts = Array.from(statuses, ([status, count]) => `${count} × ${status}`);
  console.log(`API fuzz through the cloud, seed ${seed}: ${counts.join(", ")}`);
  expect(statuses.get(200)).toBeGreaterThan(0);
}, 1_800_000);
