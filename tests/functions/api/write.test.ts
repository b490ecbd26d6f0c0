import { describe, expect, test } from "vitest";
import { callAs, configure, createWorld, holder, ok, pathOf, upload, type World } from "./world.ts";
import { anna, operator } from "../../flow/harness.ts";
import { messageOrder, type InboundStored, type OutboundStored } from "../../../shared/core/message.ts";

let keys = 0;

const write = (world: World, body: object, key = `k${(keys += 1)}`) =>
  world.flow.call(holder, "POST", pathOf("writeMessage", world), body, { "idempotency-key": key });

async function writtenIn({ flow, conversationId }: World): Promise<OutboundStored[]> {
  const { items } = await flow.stores.messages.list(conversationId, { limit: 100 });
  return items.filter(
    (message) => message.direction === "out" && message.author === "agent-en" && message.status !== "parked",
  ) as OutboundStored[];
}

const pictures = {
  text: { maxCharacters: 20, maxParts: 3 },
  media: { maxCount: 1, types: [{ pattern: "image/*", maxBytes: 100 }], maxCaptionCharacters: 20 },
};

describe("a reply with files", () => {
  test("has them copied to its messages, the text on the first", async () => {
    const world = await createWorld();
    configure(world, {}, pictures);
    const media = [await upload(world), await upload(world, { name: "plan.png", content: new Uint8Array([9]) })];
    const { status, body } = await write(world, { text: "Here are both.", media });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      text: "Here are both.",
      part: { index: 0, count: 2, firstId: body.id },
      media: [{ contentType: "image/png", name: "map.png", bytes: 3, state: "stored", problem: null }],
    });
    const [first, second] = await writtenIn(world);
    expect(second).toMatchObject({ text: "", part: { index: 1, count: 2, firstId: first!.id } });
    expect(second!.media[0]).toMatchObject({ name: "plan.png", bytes: 1 });
    expect(await world.flow.blobs.getBytes(second!.media[0]!.key!, 10)).toEqual(new Uint8Array([9]));
    const { url } = await ok(world.flow, holder, "GET", pathOf("getMedia", world, { messageId: first!.id }));
    expect(url).toContain("as=map.png");
  });

  test("has no copies where the gate refuses it", async () => {
    const world = await createWorld();
    configure(world, {}, pictures);
    const media = [await upload(world, { contentType: "application/zip", name: "all.zip" })];
    const before = world.flow.blobs.objects.size;
    const { body } = await write(world, { media });
    expect(body).toMatchObject({
      reason: "files-not-taken",
      alternatives: [{ kind: "remove-files", names: ["all.zip"], types: ["image/*"] }],
    });
    expect(world.flow.blobs.objects.size).toBe(before);
  });

  test("under a key that was used for other files is another request", async () => {
    const world = await createWorld();
    configure(world, {}, pictures);
    const media = [await upload(world)];
    const sent = await write(world, { media }, "once");
    expect((await write(world, { media }, "once")).body.id).toBe(sent.body.id);
    expect((await write(world, { media: [await upload(world)] }, "once")).status).toBe(422);
  });
});

describe("a long reply", () => {
  test("goes out in parts, in their order, once", async () => {
    const world = await createWorld();
    configure(world, {}, pictures);
    const text = "one two three four five six seven eight";
    const first = await write(world, { text }, "long");
    const again = await write(world, { text }, "long");
    expect(again.body).toEqual(first.body);
    const parts = await writtenIn(world);
    expect(parts.map((part) => part.text)).toEqual(["one two three four", "five six seven eight"]);
    const waiting = world.flow.queues.outbound.waiting.map(({ body }) => (body as { messageId: string }).messageId);
    expect(waiting).toEqual(parts.map(({ id }) => id));
  });

  test("has its answers to choose from on the last part", async () => {
    const world = await createWorld();
    configure(world, {}, { ...pictures, quickReplies: { maxCount: 2, maxCharacters: 10 } });
    await write(world, { text: "Shall we send it on Monday?", quickReplies: ["Yes", "No"] });
    expect((await writtenIn(world)).map(({ text, quickReplies }) => [text, quickReplies])).toEqual([
      ["Shall we send it on", undefined],
      ["Monday?", ["Yes", "No"]],
    ]);
  });
});

describe("a template", () => {
  const template = { id: "hello", parameters: ["Anna"] };
  async function withTemplate() {
    const world = await createWorld();
    configure(world, {}, { templates: true, window: { hours: 24 } }, ["sms-main"]);
    return world;
  }

  test("goes out as it reads in the conversation's language, though the window is closed", async () => {
    const world = await withTemplate();
    const { status, body } = await write(world, { template });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      text: "Hello Anna, shall we go on?",
      template: { id: "hello", language: "en_US", parameters: ["Anna"] },
    });
  });

  test("goes out in the language that is asked for", async () => {
    const { body } = await write(await withTemplate(), { template: { ...template, language: "de" } });
    expect(body).toMatchObject({ text: "Hallo Anna, geht es weiter?", template: { language: "de" } });
  });

  test.each([
    [{ template: { ...template, id: "lost" } }, "template.id"],
    [{ template: { ...template, language: "zh" } }, "template.language"],
    [{ template, text: "Hello." }, "text"],
    [{ note: true, text: "Between us.", template }, "note"],
    [{ note: true, text: "Between us.", media: ["fil_1"] }, "note"],
    [{ note: true }, "text"],
    [{ quickReplies: ["Yes"] }, "text"],
    [{}, "text"],
  ])("or what else is not well asked for is refused by its field: %j", async (body, field) => {
    const reply = await write(await withTemplate(), body);
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  test("is listed by inbox, without what its provider calls it", async () => {
    const world = await withTemplate();
    const { items } = await ok(world.flow, holder, "GET", "/v1/templates?inbox=sms-main");
    expect(items).toEqual([
      {
        id: "hello",
        title: "Hello",
        inboxIds: ["sms-main"],
        parameters: ["name"],
        texts: { en: { body: "Hello {{1}}, shall we go on?" }, de: { body: "Hallo {{1}}, geht es weiter?" } },
      },
    ]);
    expect((await ok(world.flow, holder, "GET", "/v1/templates?inbox=web")).items).toEqual([]);
    expect((await ok(world.flow, holder, "GET", "/v1/templates")).items).toHaveLength(1);
    const lost = await world.flow.call(holder, "GET", "/v1/templates?inbox=lost");
    expect(lost).toMatchObject({ status: 400, body: { errors: [{ field: "inbox" }] } });
  });

  test("and the customer's other addresses are what a refusal offers", async () => {
    const world = await withTemplate();
    const addresses = [
      { channel: "sms", address: anna },
      { channel: "email", address: "anna@example.com" },
    ];
    await ok(world.flow, operator, "POST", "/v1/customers/import", { records: [{ addresses }] });
    const { status, body } = await write(world, { text: "Are you still there?" });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      reason: "window-closed",
      alternatives: [
        { kind: "template", templateIds: ["hello"] },
        { kind: "wait-for-message", inboxId: "sms-main" },
        { kind: "other-channel", channel: "email", address: "anna@example.com", inboxId: "support" },
      ],
    });
  });
});

test("a route says what it takes, and until when the window is open", async () => {
  const world = await createWorld();
  const routeOf = async () => (await ok(world.flow, holder, "GET", pathOf("listRoutes", world))).items[0];
  const media = { ...pictures.media, maxTotalBytes: 150, isOneMessage: true as const };
  const window = { hours: 24, humanAgentHours: 48 };
  configure(world, {}, { ...pictures, media, quickReplies: undefined, window }, ["sms-main"]);
  expect(await routeOf()).toMatchObject({ canSend: { ok: false }, windowClosesAt: null });
  const at = new Date(world.flow.clock.now()).toISOString();
  await world.flow.stores.identities.setLastInbound(world.identityId, "sms-main", at);
  expect(await routeOf()).toMatchObject({
    canSend: { ok: true },
    windowClosesAt: new Date(Date.parse(at) + 24 * 3_600_000).toISOString(),
    capabilities: {
      ...pictures,
      media,
      quickReplies: null,
      templates: false,
      rates: [{ messages: 1, seconds: 1, per: "inbox" }],
    },
  });
  await world.flow.clock.advance(25 * 3_600_000);
  expect(await routeOf()).toMatchObject({
    canSend: { ok: true, asHumanAgent: true },
    windowClosesAt: new Date(Date.parse(at) + 48 * 3_600_000).toISOString(),
  });
});

test("a message that is about another one names it by our id, where we know it", async () => {
  const world = await createWorld();
  const { stores } = world.flow;
  const mail = (await stores.messages.get(world.mailId)) as InboundStored;
  const about = async (id: string, providerId: string) => {
    const order = messageOrder("2026-11-02T09:31:00.000Z", "9".repeat(20), id);
    await stores.messages.create({
      ...mail,
      id,
      providerId: `of ${id}`,
      order,
      context: { kind: "reply", providerId, note: "See" },
    });
  };
  await about("msg_about_the_mail", mail.providerId);
  await about("msg_about_nothing_known", "elsewhere");
  const { items } = await ok(world.flow, holder, "GET", pathOf("listMessages", world));
  const contextOf = (id: string) => items.find((each: { id: string }) => each.id === id).context;
  expect(contextOf("msg_about_the_mail")).toEqual({
    kind: "reply",
    messageId: mail.id,
    note: "See",
    url: null,
    choiceId: null,
  });
  expect(contextOf("msg_about_nothing_known")).toMatchObject({ messageId: null });
  expect(contextOf(mail.id)).toBeNull();
});

test("a parked reply of which an operator knows that it went out counts as sent, and is not sent again", async () => {
  const world = await createWorld();
  const { flow } = world;
  const [before] = (await ok(flow, operator, "GET", "/v1/sends")).items;
  expect(JSON.parse((await callAs(operator, "settleParked", world)).body)).toEqual({
    id: world.parkedSendId,
    kind: "outbound",
    status: "went-out",
  });
  expect(await flow.stores.messages.get(before.messageId)).toMatchObject({ status: "sent" });
  expect((await ok(flow, operator, "GET", "/v1/sends")).items).toEqual([]);
  expect((await callAs(operator, "settleParked", world)).status).toBe(404);
  expect(await flow.stores.parked.get(world.parkedSendId)).toBeUndefined();
});
