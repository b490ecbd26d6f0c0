import { describe, expect, test } from "vitest";
import { admin, callAs, colleague, createWorld, everywhere, expectAnswerOrProblem, holder, service } from "./world.ts";
import { agent, operator, supervisor } from "../../flow/harness.ts";
import { contract, type OperationName } from "../../../shared/api/contract.ts";
import { scopes, wideScopes } from "../../../shared/api/route.ts";

/**
 * What each caller is answered: the agent who holds the conversation, a colleague of the same queue, a supervisor, an
 * operator, an admin, and a service that has the route's scope, in all queues where that scope asks for it.
 */
const expected: Record<OperationName, [number, number, number, number, number, number]> = {
  listConversations: [200, 200, 200, 200, 200, 200],
  getConversation: [200, 200, 200, 200, 200, 200],
  setTags: [200, 403, 200, 200, 200, 200],
  resolveConversation: [200, 403, 200, 200, 200, 200],
  reopenConversation: [200, 200, 200, 200, 200, 200],
  transferConversation: [200, 403, 200, 200, 200, 200],
  snoozeConversation: [200, 403, 200, 200, 200, 200],
  search: [200, 200, 200, 200, 200, 200],
  listMessages: [200, 200, 200, 200, 200, 200],
  getText: [200, 200, 200, 200, 200, 200],
  getHtml: [200, 200, 200, 200, 200, 200],
  getMedia: [200, 200, 200, 200, 200, 200],
  listDecisions: [200, 200, 200, 200, 200, 200],
  listRoutes: [200, 200, 200, 200, 200, 200],
  writeMessage: [202, 403, 403, 403, 403, 403],
  listTemplates: [200, 200, 200, 200, 200, 200],
  listAgents: [200, 200, 200, 200, 200, 200],
  getAgent: [200, 200, 200, 200, 200, 200],
  setPresence: [200, 403, 200, 200, 200, 403],
  listOffers: [200, 200, 200, 200, 200, 200],
  acceptOffer: [409, 409, 404, 404, 404, 404],
  rejectOffer: [409, 409, 404, 404, 404, 404],
  createSocketTicket: [201, 201, 201, 201, 201, 201],
  listCannedReplies: [200, 200, 200, 200, 200, 200],
  findCustomers: [200, 200, 200, 200, 200, 200],
  getCustomer: [200, 200, 200, 200, 200, 200],
  changeCustomer: [200, 200, 200, 200, 200, 200],
  listCustomerHistory: [200, 200, 200, 200, 200, 200],
  previewMerge: [200, 200, 200, 200, 200, 200],
  mergeCustomers: [200, 200, 200, 200, 200, 200],
  undoMerge: [403, 403, 403, 403, 200, 200],
  exportCustomer: [403, 403, 403, 403, 200, 200],
  eraseCustomer: [403, 403, 403, 403, 200, 200],
  importCustomers: [403, 403, 403, 200, 200, 200],
  blockIdentity: [403, 403, 200, 200, 200, 200],
  listQueues: [200, 200, 200, 200, 200, 200],
  listParked: [403, 403, 403, 200, 200, 200],
  redriveParked: [403, 403, 403, 202, 202, 202],
  settleParked: [403, 403, 403, 200, 200, 200],
  listSends: [403, 403, 403, 200, 200, 200],
  listWebhooks: [403, 403, 403, 200, 200, 200],
  createWebhook: [403, 403, 403, 201, 201, 201],
  getWebhook: [403, 403, 403, 200, 200, 200],
  changeWebhook: [403, 403, 403, 200, 200, 200],
  rotateWebhookSecret: [403, 403, 403, 200, 200, 200],
  removeWebhook: [403, 403, 403, 200, 200, 200],
};

const people = [holder, colleague, supervisor, operator, admin];

describe("every route asks for a role or a scope", () => {
  test("the table names every route", () => {
    expect(Object.keys(expected).toSorted()).toEqual(Object.keys(contract).toSorted());
  });

  test.each(Object.entries(expected) as [OperationName, number[]][])("%s", async (name, statuses) => {
    const callers = [...people, everywhere(service(contract[name].scope))];
    for (const [position, caller] of callers.entries()) {
      const reply = await callAs(caller, name, await createWorld());
      const who = `${caller.role} ${caller.id}: ${reply.body}`;
      expect(reply.status, who).toBe(statuses[position]);
      expectAnswerOrProblem(name, reply);
    }
  });

  test("what reaches past every queue is for no service of one queue", async () => {
    const world = await createWorld();
    const wide = (Object.keys(contract) as OperationName[]).filter((name) => wideScopes.includes(contract[name].scope));
    expect(wide.toSorted()).toEqual([
      "changeWebhook",
      "createWebhook",
      "eraseCustomer",
      "exportCustomer",
      "getWebhook",
      "listParked",
      "listSends",
      "listWebhooks",
      "redriveParked",
      "removeWebhook",
      "rotateWebhookSecret",
      "settleParked",
      "undoMerge",
    ]);
    for (const name of wide) {
      const reply = await callAs(service(contract[name].scope), name, world);
      expect(reply.status, name).toBe(403);
      expect(JSON.parse(reply.body), name).toMatchObject({ queue: "*" });
    }
  });

  test("a service with every other scope is told which one is missing", async () => {
    const world = await createWorld();
    for (const name of Object.keys(contract) as OperationName[]) {
      const { scope } = contract[name];
      const reply = await callAs(everywhere(service(...scopes.filter((each) => each !== scope))), name, world);
      expect(reply.status, name).toBe(403);
      expect(JSON.parse(reply.body), name).toMatchObject({ scope });
    }
  });

  test("what needs one conversation, customer or address is not there for who sees none", async () => {
    const world = await createWorld();
    const about = Object.entries(contract).filter(
      ([, { path, role }]) => /^\/v1\/(conversations|customers|identities)\/\{/.test(path) && role !== "admin",
    );
    for (const [name, { scope, role }] of about as [OperationName, (typeof contract)[OperationName]][]) {
      const strangers = [{ ...service(scope), queueIds: [] }, ...(role === "agent" ? [agent("agent-of-nowhere")] : [])];
      for (const stranger of strangers) {
        const reply = await callAs(stranger, name, world);
        expect(reply.status, `${stranger.role}: ${name}: ${reply.body}`).toBe(404);
      }
    }
  });
});
