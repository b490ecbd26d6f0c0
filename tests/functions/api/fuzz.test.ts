import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fuzzedCalls, type FuzzedCall } from "./fuzz.ts";
import { admin, createWorld, everywhere, expectAnswerOrProblem, holder, service, type World } from "./world.ts";
import { supervisor } from "../../flow/harness.ts";
import { openApiDocument } from "../../../infra/openapi/document.ts";
import type { OperationName } from "../../../shared/api/contract.ts";
import { scopes } from "../../../shared/api/route.ts";

const isFull = process.env["SWITCHYARD_FULL"] !== undefined;
const seed = Number(process.env["SWITCHYARD_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = Number(process.env["SWITCHYARD_RUNS"] ?? (isFull ? 5_000 : 40));
const callers = [admin, holder, supervisor, service(...scopes), everywhere(service(...scopes))];

/** Every world has the same ids, since its clock and its chance begin alike. */
const known = ({ conversationId, resolvedId, customerId, otherCustomerId, ...world }: World) => ({
  conversations: [conversationId, resolvedId],
  customers: [customerId, otherCustomerId],
  merges: [world.mergeId],
  identities: [world.identityId],
  parked: [world.parkedId, world.parkedSendId],
  webhooks: [world.webhookId],
  agents: ["agent-en", "agent-de"],
  messageId: [world.mailId],
  index: ["0", "1", "2", "-1", "99999999999999999999"],
});

/** Where the program stands on this machine, and where it was in it. */
const trace = /\bat .+:\d+:\d+|node_modules|\.ts\b/;

test(`whatever is sent is answered as documented or refused with a problem, seed ${seed}`, async () => {
  const calls = fuzzedCalls(openApiDocument("test"), known(await createWorld()));
  const statuses = new Map<number, number>();
  const send = async (world: World, { operationId, method, path, headers, body }: FuzzedCall, caller: number) => {
    const reply = await world.flow.request(callers[caller]!, method, path, body, headers);
    statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
    expect(reply.status, reply.body).toBeLessThan(500);
    expect(reply.status >= 400 && trace.test(reply.body), reply.body).toBe(false);
    expectAnswerOrProblem(operationId as OperationName, reply);
  };
  const who = fc.integer({ min: 0, max: callers.length - 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(calls, who), { minLength: 1, maxLength: 60, size: "max" }), async (sequence) => {
      const world = await createWorld();
      for (const [call, caller] of sequence) await send(world, call, caller);
    }),
    { seed, numRuns },
  );
  console.log(
    `API fuzz, seed ${seed}: ${Array.from(statuses, ([status, count]) => `${count} × ${status}`).join(", ")}`,
  );
  expect([...statuses.keys()].some((status) => status < 300)).toBe(true);
}, 1_800_000);
