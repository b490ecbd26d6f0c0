import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { OverheardWebhook, SimulatedProvider } from "../../../infra/local/providers/provider.ts";
import type { SendResult, WebhookRequest } from "../../../shared/channels/channel.ts";
import { keys } from "../../channels/meta/samples.ts";
import { subjects, World as MessagingWorld } from "./meta/messaging-world.ts";
import { World as WhatsAppWorld } from "./meta/whatsapp-world.ts";
import { World as TelegramWorld } from "./telegram/world.ts";
import { whatsApp, World as TwilioWorld } from "./twilio/world.ts";

/*
 * Webhooks that a script signs for itself: who writes by one is a customer of the simulated provider from then on. Here the
 * script is another simulation of the same account.
 */

/** A provider that nobody has written to, and whether it carries an answer to the customer. */
interface Side {
  provider: SimulatedProvider;
  isAnswered(): Promise<boolean>;
}

interface Case {
  /** a webhook that says what a customer wrote, genuine */
  said(): Promise<WebhookRequest>;
  fresh(): Side;
}

/** Simulations of one account count their ids alike: the one that hears of it must not come to this one by itself. */
async function lastOfMany<World extends { requests: WebhookRequest[] }>(
  world: World,
  write: (world: World) => Promise<unknown>,
): Promise<WebhookRequest> {
  for (let message = 0; message < 9; message += 1) await write(world);
  return world.requests.at(-1)!;
}

const isSent = ({ outcome }: SendResult): boolean => outcome === "sent";

function twilioSide(world = new TwilioWorld()): Side {
  const isAnswered = async (): Promise<boolean> => {
    const isTaken = isSent(await world.send("Gladly.", whatsApp));
    await world.clock.advance(10_000);
    return isTaken && world.statuses().includes("delivered");
  };
  return { provider: world.twilio, isAnswered };
}

function whatsAppSide(world = new WhatsAppWorld()): Side {
  const isAnswered = async (): Promise<boolean> => {
    await world.send();
    await world.clock.advance(10_000);
    return world.statuses().some(({ status }) => status === "delivered");
  };
  return { provider: world.meta, isAnswered };
}

const messagingCase = (side: (typeof subjects)[number]): Case => ({
  said: () => lastOfMany(new MessagingWorld(), (world) => world.does(side, { text: "Hello?" })),
  fresh() {
    const world = new MessagingWorld();
    return { provider: world.meta, isAnswered: async () => isSent(await world.send(side)) };
  },
});

const cases: Record<string, Case> = {
  "WhatsApp by Twilio": {
    said: () => lastOfMany(new TwilioWorld(), (world) => world.text("Hello?", { to: whatsApp })),
    fresh: () => twilioSide(),
  },
  WhatsApp: {
    said: () => lastOfMany(new WhatsAppWorld(), (world) => world.does({ text: "Hello?" })),
    fresh: () => whatsAppSide(),
  },
  ...Object.fromEntries(subjects.map((side) => [side.name, messagingCase(side)])),
  Telegram: {
    said: () => lastOfMany(new TelegramWorld(), (world) => world.does({ text: "Hello?" })),
    fresh() {
      const world = new TelegramWorld();
      return { provider: world.telegram, isAnswered: async () => isSent(await world.send()) };
    },
  },
};

const overheard = ({ path, headers, body }: WebhookRequest): OverheardWebhook => ({
  url: `https://messages.example.com${path}`,
  path,
  headers,
  body: Buffer.from(body),
});

describe.each(Object.entries(cases))("%s: who writes by a webhook that somebody else posts", (_, { said, fresh }) => {
  test("can be answered, as a customer of the simulation can, and nobody else", async () => {
    expect(await fresh().isAnswered()).toBe(false);
    const { provider, isAnswered } = fresh();
    provider.overhear!(overheard(await said()));
    expect(await isAnswered()).toBe(true);
  });

  test("counts once, though it comes twice", async () => {
    const { provider, isAnswered } = fresh();
    const webhook = overheard(await said());
    provider.overhear!(webhook);
    provider.overhear!(webhook);
    expect(await isAnswered()).toBe(true);
  });

  test.each<[string, (webhook: OverheardWebhook) => OverheardWebhook]>([
    ["is not signed", (webhook) => ({ ...webhook, headers: {} })],
    [
      "is signed by a guess",
      (webhook) => ({
        ...webhook,
        headers: Object.fromEntries(Object.keys(webhook.headers).map((name) => [name, "guess"])),
      }),
    ],
    [
      "goes to another path",
      (webhook) => ({ ...webhook, path: "/webhooks/elsewhere", url: "https://elsewhere.example/" }),
    ],
  ])("counts for nothing where it %s", async (_reason, change) => {
    const { provider, isAnswered } = fresh();
    provider.overhear!(change(overheard(await said())));
    expect(await isAnswered()).toBe(false);
  });
});

test("a STOP that a script signs is heeded by the simulated carrier", async () => {
  const [script, carrier] = [new TwilioWorld(), new TwilioWorld()];
  carrier.twilio.overhear(overheard(await lastOfMany(script, (world) => world.text("STOP"))));
  expect(await carrier.send("Gladly.")).toMatchObject({ outcome: "refused", error: { code: "opted-out" } });
});

test("what is signed and can't be read is passed over", () => {
  const world = new WhatsAppWorld();
  for (const body of ["", "{", "null", "[]", '{"object":"page"}', '{"object":"page","entry":[{"messaging":[7]}]}']) {
    const signature = `sha256=${createHmac("sha256", keys.current).update(body).digest("hex")}`;
    const headers = { "x-hub-signature-256": signature };
    const request = { method: "POST", path: "/webhooks/meta", rawQuery: "", headers, body, domainName: "" };
    expect(() => world.meta.overhear(overheard(request)), body).not.toThrow();
  }
});
