import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  messageOrder,
  sendRank,
  type OutboundStored,
  type SendStatus,
  type StoredMessage,
} from "../../shared/core/message.ts";
import { InvalidCursor } from "../../shared/ports/paging.ts";
import type { Stores } from "../../shared/ports/stores.ts";
import { atOnce, decision, inbound, newId, note, outbound, sequence, time } from "../stores/samples.ts";

/** Deeper than a database may take. */
const nested = `${"[".repeat(60)}${"]".repeat(60)}`;

export function messageContract(stores: () => Stores): void {
  it.each([
    ["inbound", inbound({ optOut: "stop", media: [{ url: "https://media.example/1", contentType: "image/png" }] })],
    [
      "inbound with a reply of its own",
      inbound({
        decision: decision("cnv_other", { automaticReply: { key: "closed", text: "Wir sind ab 9 Uhr da." } }),
      }),
    ],
    [
      "outbound",
      outbound({
        requestDigest: "ab12",
        error: { code: "unreachable", message: "Switched off.", providerCode: "30003" },
      }),
    ],
    [
      "inbound with what nobody knows yet",
      inbound({
        unknownFields: {
          "": 1e300,
          id: Number.MAX_SAFE_INTEGER + 3,
          tiny: 1e-200,
          deep: JSON.parse(nested),
          none: null,
        },
      }),
    ],
    ["note", note()],
  ])("gives back what it was given: %s", async (_, message: StoredMessage) => {
    expect(await stores().messages.create(message)).toEqual({ created: true, message });
    expect(await stores().messages.get(message.id)).toEqual(message);
  });

  it("keeps any text as it is", async () => {
    const texts = ["", "😀👩‍👩‍👧", "مرحبا بالعالم", "\u0000 \uFFFF \u2028", "x".repeat(100_000)];
    for (const text of texts) {
      const message = inbound({ text });
      await stores().messages.create(message);
      expect((await stores().messages.get(message.id)) as typeof message).toHaveProperty("text", text);
    }
  });

  it("keeps the first message of an id and gives it to whoever comes later", async () => {
    const first = inbound();
    await stores().messages.create(first);
    const later = await stores().messages.create(inbound({ id: first.id, text: "another" }));
    expect(later).toEqual({ created: false, message: first });
    expect(await stores().messages.get(newId("msg"))).toBeUndefined();
  });

  it("has one winner among 8 who create the same message", async () => {
    const id = newId("msg");
    const results = await atOnce(8, (racer) => stores().messages.create(inbound({ id, text: `text ${racer}` })));
    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(results.map(({ message }) => message.text)).size).toBe(1);
  });

  it("replaces a plan once, and moves the message to the plan's conversation", async () => {
    const message = inbound();
    await stores().messages.create(message);
    const [next, other] = [newId("cnv"), newId("cnv")];
    const replaced = await stores().messages.replacePlan(message.id, 0, next, decision(next, { opens: false }));
    expect(replaced).toEqual({
      ...message,
      conversationId: next,
      planVersion: 1,
      decision: decision(next, { opens: false }),
    });
    expect(await stores().messages.replacePlan(message.id, 0, other, decision(other))).toEqual(replaced);
    expect((await stores().messages.list(next, { limit: 10 })).items).toEqual([replaced]);
    expect((await stores().messages.list(message.conversationId, { limit: 10 })).items).toEqual([]);
    await expect(stores().messages.replacePlan(newId("msg"), 0, next, decision(next))).rejects.toThrow(/no inbound/);
  });

  it("finds a reply by the id that its provider gave it, within the channel", async () => {
    const { messages } = stores();
    const [reply, providerId] = [outbound({ channel: "email" }), newId("snd")];
    await messages.create(reply);
    for (const id of [providerId, `<${"x".repeat(3_000)}@mail>`]) {
      await messages.addProviderId("email", id, reply.id);
      await messages.addProviderId("email", id, reply.id);
      expect(await messages.byProviderId("email", id)).toEqual(reply);
    }
    expect(await messages.byProviderId("sms", providerId)).toBeUndefined();
    expect(await messages.byProviderId("email", "")).toBeUndefined();
    expect((await messages.list(reply.conversationId, { limit: 5 })).items).toEqual([reply]);
  });

  it("replaces a file of a message until it is in our bucket, and no other", async () => {
    const { messages } = stores();
    const files = ["1", "2"].map((providerId) => ({ contentType: "image/*", providerId }));
    const message = inbound({ media: files });
    await messages.create(message);
    const pending = { ...files[1]!, problem: "It is not there any more." };
    expect(await messages.setMedia(message.id, 1, pending)).toEqual({ ...message, media: [files[0], pending] });
    const taken = { contentType: "image/jpeg", key: `media/${message.id}/x`, bytes: 3 };
    const both = { ...message, media: [files[0], taken] };
    expect(await messages.setMedia(message.id, 1, taken)).toEqual(both);
    const unsniffed = { ...taken, contentType: "image/*" };
    expect(await messages.setMedia(message.id, 1, unsniffed)).toEqual({ ...both, media: [files[0], unsniffed] });
    expect(await messages.setMedia(message.id, 1, taken)).toEqual(both);
    const late = { ...taken, key: `media/${message.id}/y` };
    expect(await messages.setMedia(message.id, 1, late)).toEqual(both);
    expect(await messages.setMedia(message.id, 2, taken)).toEqual(both);
    expect(await messages.get(message.id)).toEqual(both);
    expect(await messages.setMedia(newId("msg"), 0, taken)).toBeUndefined();
  });

  it("removes a message with what leads to it", async () => {
    const { messages } = stores();
    const [reply, providerId] = [outbound({ channel: "email" }), newId("snd")];
    await messages.create(reply);
    await messages.addProviderId("email", providerId, reply.id);
    await messages.remove(reply.id);
    await messages.remove(reply.id);
    expect(await messages.get(reply.id)).toBeUndefined();
    expect((await messages.list(reply.conversationId, { limit: 5 })).items).toEqual([]);
    await messages.create(reply);
    expect(await messages.byProviderId("email", providerId)).toBeUndefined();
  });

  const fill = async (count: number) => {
    const conversationId = newId("cnv");
    const ids = Array.from({ length: count }, () => newId("msg"));
    const messages = ids.map((id, position) =>
      inbound({ id, conversationId, order: messageOrder(time(Math.floor(position / 3)), sequence(position), id) }),
    );
    await Promise.all(messages.toReversed().map((message) => stores().messages.create(message)));
    return { conversationId, orders: messages.map(({ order }) => order) };
  };

  const readAll = async (conversationId: string, page: { limit: number; newestFirst?: boolean }) => {
    const orders: string[] = [];
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const { items, cursor: next } = await stores().messages.list(conversationId, { ...page, cursor });
      orders.push(...items.map(({ order }) => order));
      sizes.push(items.length);
      cursor = next;
    } while (cursor !== undefined);
    return { orders, sizes };
  };

  it("lists a conversation in order, page by page, complete and without repeats", async () => {
    const { conversationId, orders } = await fill(10);
    expect(await readAll(conversationId, { limit: 4 })).toEqual({ orders, sizes: [4, 4, 2] });
    expect(await readAll(conversationId, { limit: 5 })).toEqual({ orders, sizes: [5, 5] });
    expect(await readAll(conversationId, { limit: 4, newestFirst: true })).toEqual({
      orders: orders.toReversed(),
      sizes: [4, 4, 2],
    });
    expect(await readAll(newId("cnv"), { limit: 4 })).toEqual({ orders: [], sizes: [0] });
  });

  it("goes on behind its cursor when messages are added meanwhile", async () => {
    const { conversationId, orders } = await fill(4);
    const first = await stores().messages.list(conversationId, { limit: 2 });
    await stores().messages.create(outbound({ conversationId, order: messageOrder(time(-9), "", "msg_earlier1") }));
    await stores().messages.create(outbound({ conversationId, order: messageOrder(time(99), "", "msg_later123") }));
    const rest = await stores().messages.list(conversationId, { limit: 9, cursor: first.cursor });
    expect(rest.items.slice(0, 2).map(({ order }) => order)).toEqual(orders.slice(2));
    expect(rest.items).toHaveLength(3);
  });

  it("refuses a cursor that it did not give for this list", async () => {
    const { conversationId } = await fill(2);
    const { cursor } = await stores().messages.list(conversationId, { limit: 1 });
    const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const bad of [
      "",
      "nonsense",
      "%%%",
      text({}),
      text(["a"]),
      text([`CNV#${conversationId}`, "", "x"]),
      text(null),
    ]) {
      await expect(stores().messages.list(conversationId, { limit: 1, cursor: bad })).rejects.toThrow(InvalidCursor);
    }
    await expect(stores().messages.list(newId("cnv"), { limit: 1, cursor })).rejects.toThrow(InvalidCursor);
  });
}

export function sendContract(stores: () => Stores): void {
  const queued = async () => {
    const message = outbound();
    await stores().messages.create(message);
    return message.id;
  };

  it("gives a queued send to one of 8 attempts", async () => {
    const id = await queued();
    const claims = await atOnce(8, async () => {
      const attempt = newId("ent");
      const message = await stores().messages.claimSend(id, attempt, time(6));
      return message?.status === "sending" && message.attemptId === attempt;
    });
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it("lets the attempt that holds it claim again, as after a lost response", async () => {
    const id = await queued();
    const claimed = await stores().messages.claimSend(id, "ent_1", time(6));
    expect(claimed).toMatchObject({ status: "sending", attemptId: "ent_1", attemptedAt: time(6), statusAt: time(6) });
    expect(await stores().messages.claimSend(id, "ent_1", time(7))).toEqual(claimed);
    expect(await stores().messages.claimSend(id, "ent_2", time(8))).toEqual(claimed);
  });

  it("marks a send whose author does not hold the conversation any more", async () => {
    const id = await queued();
    const claimed = await stores().messages.claimSend(id, "ent_1", time(6), true);
    expect(claimed).toMatchObject({ status: "sending", afterReassignment: true });
    expect(await stores().messages.get(id)).toEqual(claimed);
  });

  it("leaves what is no reply alone", async () => {
    const message = inbound();
    await stores().messages.create(message);
    for (const id of [message.id, newId("msg")]) {
      expect(await stores().messages.claimSend(id, "ent_1", time(6))).toBeUndefined();
      expect(await stores().messages.requeueSend(id, "ent_1")).toBe(false);
      expect(await stores().messages.requeueSend(id, undefined)).toBe(false);
      expect(
        await stores().messages.raiseStatus(id, { status: "sent", at: time(6), providerId: "SM1" }),
      ).toBeUndefined();
    }
    expect(await stores().messages.get(message.id)).toEqual(message);
  });

  it.each<SendStatus>(["sending", "unknown", "parked"])(
    "gives a send that is %s back for another attempt",
    async (status) => {
      const id = await queued();
      await stores().messages.claimSend(id, "ent_1", time(6));
      await stores().messages.raiseStatus(id, {
        status,
        at: time(7),
        error: { code: "timeout", message: "No answer." },
      });
      expect(await stores().messages.requeueSend(id, "ent_other")).toBe(false);
      expect(await stores().messages.requeueSend(id, undefined)).toBe(false);
      expect(await stores().messages.requeueSend(id, "ent_1")).toBe(true);
      expect(await stores().messages.requeueSend(id, "ent_1")).toBe(true);
      const released = await stores().messages.get(id);
      expect(released).toMatchObject({ status: "queued" });
      expect((released as { error?: unknown }).error).toBeUndefined();
      expect(await stores().messages.claimSend(id, "ent_2", time(9))).toMatchObject({
        status: "sending",
        attemptId: "ent_2",
      });
      expect(await stores().messages.requeueSend(id, "ent_1")).toBe(false);
    },
  );

  it("gives a parked send back that no attempt ever held", async () => {
    const id = await queued();
    await stores().messages.raiseStatus(id, { status: "parked", at: time(7) });
    expect(await stores().messages.requeueSend(id, undefined)).toBe(true);
    expect(await stores().messages.get(id)).toMatchObject({ status: "queued" });
  });

  it("keeps of a send that is given back since when it is doubtful or not taken and until when it rests, or forgets it", async () => {
    const id = await queued();
    await stores().messages.claimSend(id, "ent_1", time(6));
    const kept = { doubtfulSince: time(6), notBefore: time(9), notTakenSince: time(5) };
    expect(await stores().messages.requeueSend(id, "ent_1", kept)).toBe(true);
    expect(await stores().messages.get(id)).toMatchObject(kept);
    await stores().messages.claimSend(id, "ent_2", time(9));
    expect(await stores().messages.requeueSend(id, "ent_2")).toBe(true);
    const { doubtfulSince, notBefore, notTakenSince } = (await stores().messages.get(id)) as OutboundStored;
    expect([doubtfulSince, notBefore, notTakenSince]).toEqual([undefined, undefined, undefined]);
  });

  it.each<SendStatus>(["sent", "failed", "delivered", "read"])("never gives back a send that is %s", async (status) => {
    const id = await queued();
    await stores().messages.claimSend(id, "ent_1", time(6));
    await stores().messages.raiseStatus(id, { status, at: time(7) });
    expect(await stores().messages.requeueSend(id, "ent_1")).toBe(false);
    expect(await stores().messages.get(id)).toMatchObject({ status });
  });

  it("takes what an attempt says only while it holds the send, where it is asked to", async () => {
    const id = await queued();
    await stores().messages.claimSend(id, "ent_1", time(6));
    await stores().messages.requeueSend(id, "ent_1");
    await stores().messages.claimSend(id, "ent_2", time(7));
    const late = { status: "unknown", at: time(8), providerId: "SM1", attemptId: "ent_1" } as const;
    expect(await stores().messages.raiseStatus(id, late)).toMatchObject({ status: "sending", attemptId: "ent_2" });
    expect((await stores().messages.get(id)) as object).not.toHaveProperty("providerId", "SM1");
    expect(await stores().messages.raiseStatus(id, { ...late, attemptId: "ent_2" })).toMatchObject({
      status: "unknown",
    });
  });

  it("keeps the provider's first id, even from a status that comes late, and drops an error that is over", async () => {
    const id = await queued();
    await stores().messages.raiseStatus(id, { status: "failed", at: time(1), error: { code: "x", message: "y" } });
    expect(await stores().messages.raiseStatus(id, { status: "sent", at: time(2), providerId: "SM1" })).toMatchObject({
      status: "failed",
      statusAt: time(1),
      providerId: "SM1",
      error: { code: "x" },
    });
    const delivered = await stores().messages.raiseStatus(id, { status: "delivered", at: time(3), providerId: "SM2" });
    expect(delivered).toMatchObject({ status: "delivered", statusAt: time(3), providerId: "SM1" });
    expect(delivered?.error).toBeUndefined();
  });

  it("never lets a status go back, in whatever order statuses come, even at once", async () => {
    const statuses: SendStatus[] = ["sending", "unknown", "parked", "sent", "failed", "delivered", "read"];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...statuses), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (order, together) => {
          const id = await queued();
          const raise = (status: SendStatus) => stores().messages.raiseStatus(id, { status, at: time(9) });
          let highest = 0;
          for (const status of together ? [] : order) {
            highest = Math.max(highest, sendRank(status));
            expect(sendRank((await raise(status))!.status)).toBe(highest);
          }
          if (together) await Promise.all(order.map(raise));
          const stored = await stores().messages.get(id);
          expect(sendRank((stored as { status: SendStatus }).status)).toBe(Math.max(...order.map(sendRank)));
        },
      ),
      { numRuns: 25 },
    );
  });
}
