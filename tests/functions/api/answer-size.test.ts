import { expect, test } from "vitest";
import { createWorld, holder, pathOf, type World } from "./world.ts";
import { anna } from "../../flow/harness.ts";
import { messageOrder, type InboundStored } from "../../../shared/core/message.ts";

/** Lambda hands an answer on as JSON, in which the body is one text (quotas of Lambda, invocation payload). */
const lambdaBytes = 6 * 1024 * 1024;

const bytesOf = (reply: object): number => Buffer.byteLength(JSON.stringify(reply));

/** Characters that cost much where they are written into JSON, and once more where that is. */
const costly = [
  ["quotes", '"'],
  ["line breaks", "\n"],
  ["control characters", "\u0001"],
  ["Chinese", "灯"],
] as const;

const ask = async (world: World, name: "listMessages" | "getHtml" | "getText") => {
  const reply = await world.flow.request(holder, "GET", pathOf(name, world));
  expect(reply.status).toBe(200);
  expect(bytesOf(reply)).toBeLessThanOrEqual(lambdaBytes);
  return reply;
};

test.each(costly)(
  "a mail's text and HTML of nothing but %s are shown as far as an answer goes",
  async (_, character) => {
    const world = await createWorld();
    const text = character.repeat(2_000_000);
    await world.flow.blobs.put(`mail/${world.mailId}/html`, text);
    await world.flow.blobs.put(`mail/${world.mailId}/text`, text);
    const { html } = JSON.parse((await ask(world, "getHtml")).body);
    expect(html.length).toBeGreaterThan(400_000);
    expect((await ask(world, "getText")).body.length).toBeGreaterThan(400_000);
  },
);

test.each(costly)(
  "many long messages of nothing but %s are listed in pages that an answer can hold",
  async (_, character) => {
    const world = await createWorld();
    const [mail] = (await world.flow.stores.messages.list(world.conversationId, { limit: 1 })).items;
    const text = character.repeat(Math.floor(250_000 / Buffer.byteLength(character)));
    for (let number = 1; number <= 25; number += 1) {
      const id = `msg_${String(number).padStart(26, "0")}`;
      const order = messageOrder(`2026-11-02T12:00:${String(number).padStart(2, "0")}.000Z`, "9".repeat(20), id);
      await world.flow.stores.messages.create({ ...(mail as InboundStored), id, providerId: id, text, order });
    }
    expect(JSON.parse((await ask(world, "listMessages")).body).items).not.toEqual([]);
  },
);

test("a text that fits is shown whole", async () => {
  const world = await createWorld();
  const text = `Hello from ${anna} 😀\n`.repeat(1_000);
  await world.flow.blobs.put(`mail/${world.mailId}/html`, text);
  expect(JSON.parse((await ask(world, "getHtml")).body)).toEqual({ html: text });
});
