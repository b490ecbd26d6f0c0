import { describe, expect, test } from "vitest";
import {
  colleague,
  createWorld,
  everywhere,
  holder,
  ok,
  pathOf,
  service,
  worldConfiguration,
  type World,
} from "./world.ts";
import { anna, createFlow, supervisor } from "../../flow/harness.ts";
import { limits } from "../../../shared/core/limits.ts";

describe("a snooze", () => {
  const snooze = ({ flow, conversationId }: World, until: string | null) =>
    ok(flow, holder, "POST", `/v1/conversations/${conversationId}/snooze`, { until });

  test("frees the agent, keeps who set it aside, and ends when it is time", async () => {
    const world = await createWorld();
    const until = "2026-11-02T11:00:00.000Z";
    const shown = await snooze(world, until);
    expect(shown).toMatchObject({ status: "snoozed", agentId: "agent-en", snoozedUntil: until });
    expect(await ok(world.flow, holder, "GET", "/v1/agents/agent-en")).toMatchObject({ unitsUsed: 0 });
    const listed = await ok(world.flow, holder, "GET", "/v1/conversations?status=snoozed");
    expect(listed.items).toMatchObject([{ id: world.conversationId }]);
    await world.flow.advance(2 * 60 * 60_000);
    await world.flow.sweep();
    await world.flow.settle();
    expect(await ok(world.flow, holder, "GET", pathOf("getConversation", world))).toMatchObject({
      status: "assigned",
      agentId: "agent-en",
      snoozedUntil: null,
    });
  });

  test("ends by null, and who set it aside goes on as its holder meanwhile", async () => {
    const world = await createWorld();
    await snooze(world, "2026-11-03T11:00:00.000Z");
    const reply = await world.flow.call(
      holder,
      "POST",
      pathOf("writeMessage", world),
      { text: "Soon." },
      { "idempotency-key": "1" },
    );
    expect(reply.status).toBe(202);
    const others = await world.flow.call(colleague, "POST", pathOf("snoozeConversation", world), { until: null });
    expect(others).toMatchObject({ status: 403, body: { detail: expect.stringContaining("agent-en holds it") } });
    expect(await snooze(world, null)).toMatchObject({ status: "assigned", snoozedUntil: null });
  });
});

describe("the routes of a reply", () => {
  const email = "anna@example.com";

  /** Anna with a mailbox of hers. */
  async function withMailbox(): Promise<World & { mailbox: string }> {
    const world = await createWorld();
    const { results } = await ok(world.flow, { ...service("customers:import") }, "POST", "/v1/customers/import", {
      records: [
        {
          addresses: [
            { channel: "sms", address: anna },
            { channel: "email", address: email },
          ],
        },
      ],
    });
    expect(results[0].customerId).toBe(world.customerId);
    const { items } = await ok(world.flow, holder, "GET", pathOf("listRoutes", world));
    return { ...world, mailbox: items.find((route: { channel: string }) => route.channel === "email").identityId };
  }

  test("are the customer's addresses, each with what the gate says", async () => {
    const world = await withMailbox();
    await ok(world.flow, supervisor, "PUT", `/v1/identities/${world.mailbox}/blocked`, { blocked: true });
    const { items } = await ok(world.flow, holder, "GET", pathOf("listRoutes", world));
    expect(items).toMatchObject([
      { identityId: world.identityId, channel: "sms", inboxId: "sms-main", isLastUsed: true, canSend: { ok: true } },
      {
        channel: "email",
        address: email,
        inboxId: "support",
        isLastUsed: false,
        canSend: {
          ok: false,
          reason: "blocked-address",
          alternatives: [
            { kind: "unblock", address: email },
            { kind: "other-channel", identityId: world.identityId, channel: "sms", address: anna, inboxId: "sms-main" },
          ],
        },
      },
    ]);
  });

  test("let an agent reply by another one, and the same key by another route is another request", async () => {
    const world = await withMailbox();
    const path = pathOf("writeMessage", world);
    const key = { "idempotency-key": "r" };
    const body = { text: "Here is the form.", identityId: world.mailbox };
    const sent = await ok(world.flow, holder, "POST", path, body, key);
    expect(sent).toMatchObject({ channel: "email", to: email, inboxId: "support", identityId: world.mailbox });
    expect((await ok(world.flow, holder, "POST", path, body, key)).id).toBe(sent.id);
    const other = await world.flow.call(holder, "POST", path, { text: body.text }, key);
    expect(other).toMatchObject({ status: 422, body: { reason: "key-reused" } });
  });

  test("are none where no inbox of the channel is left", async () => {
    const world = await withMailbox();
    const { app } = world.flow;
    app.config = { ...app.config, inboxes: app.config.inboxes.filter(({ channel }) => channel !== "email") };
    const { items } = await ok(world.flow, holder, "GET", pathOf("listRoutes", world));
    expect(items).toHaveLength(1);
    const body = { text: "Hi", identityId: world.mailbox };
    const refused = await world.flow.call(holder, "POST", pathOf("writeMessage", world), body, {
      "idempotency-key": "1",
    });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: "identityId" }] } });
  });
});

describe("canned replies", () => {
  const titles = async (query: string, caller = holder) => {
    const { items } = await ok(createFlow(worldConfiguration), caller, "GET", `/v1/canned-replies${query}`);
    return items;
  };

  test("are those of the caller's queues, in every language or in one", async () => {
    expect(await titles("")).toEqual([
      {
        id: "greeting",
        title: "Greeting",
        text: { en: "Hello {{customer.name}}", de: "Hallo {{customer.name}}" },
        queueIds: null,
      },
    ]);
    expect(await titles("?language=de&queue=general")).toMatchObject([{ text: { de: "Hallo {{customer.name}}" } }]);
    expect((await titles("?language=zh"))[0].text).toEqual({ en: "Hello {{customer.name}}" });
  });

  test("of a queue that is not there are refused", async () => {
    const reply = await createFlow(worldConfiguration).call(holder, "GET", "/v1/canned-replies?queue=lost");
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field: "queue" }] } });
  });
});

describe("attachments", () => {
  test("are listed without where they lie, and given as a link of five minutes under their own name", async () => {
    const world = await createWorld();
    const { items } = await ok(world.flow, holder, "GET", pathOf("listMessages", world));
    const mail = items.find(({ id }: { id: string }) => id === world.mailId);
    expect(mail.media).toEqual([
      {
        contentType: "application/pdf",
        name: "invoice.pdf",
        bytes: 3,
        contentId: null,
        state: "stored",
        problem: null,
      },
      { contentType: "image/png", name: null, bytes: null, contentId: null, state: "pending", problem: null },
    ]);
    expect(mail).toMatchObject({ subject: "Invoice", html: { bytes: 24 }, fullText: { bytes: 42 } });
    const { url, expiresAt } = await ok(world.flow, holder, "GET", pathOf("getMedia", world));
    expect(url).toContain("as=invoice.pdf&for=300");
    expect(Date.parse(expiresAt) - world.flow.clock.now()).toBe(limits.attachmentLinkMs);
  });

  test.each(["2", "-1", "x", "1e0", "00000"])("have no number %s", async (index) => {
    const world = await createWorld();
    const reply = await world.flow.call(holder, "GET", pathOf("getMedia", world, { index }));
    expect(reply.status).toBe(404);
  });
});

test("a presence has a reason while it lasts", async () => {
  const { flow } = await createWorld();
  const path = "/v1/agents/agent-en/presence";
  expect(await ok(flow, holder, "PUT", path, { status: "away", reason: "lunch" })).toMatchObject({ reason: "lunch" });
  expect(await ok(flow, holder, "PUT", path, { status: "available" })).toMatchObject({ reason: null });
});

test("parked replies are listed with what can be done, and those that were settled meanwhile are gone", async () => {
  const { flow, parkedSendId, conversationId } = await createWorld();
  const { items } = await ok(flow, everywhere(service("operations:read")), "GET", "/v1/sends?state=parked");
  expect(items).toMatchObject([
    {
      conversationId,
      author: "agent-en",
      state: "parked",
      actions: [
        { name: "went-out", method: "POST", path: `/v1/parked/${parkedSendId}/went-out` },
        { name: "redrive", method: "POST", path: `/v1/parked/${parkedSendId}/redrive` },
      ],
    },
  ]);
  await flow.stores.messages.raiseStatus(items[0].messageId, { status: "delivered", at: "2026-11-02T10:00:00.000Z" });
  expect((await ok(flow, everywhere(service("operations:read")), "GET", "/v1/sends")).items).toEqual([]);
});
