import { SendEmailCommand, SendRawEmailCommand, type SendRawEmailRequest, SESClient } from "@aws-sdk/client-ses";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { openDatabase } from "../../../infra/local/engines/database.ts";
import { SqsEngine } from "../../../infra/local/engines/sqs/engine.ts";
import { type GatewayWorld, gatewayWorld } from "./gateway.world.ts";
import { type MailWorld, mailWorld } from "./ses.world.ts";
import { startOfWorld, temporaryFolder } from "./world.ts";

let gateway: GatewayWorld;
let world: MailWorld;
let client: SESClient;

beforeEach(async () => {
  gateway = await gatewayWorld();
  world = await mailWorld(gateway);
  gateway.services.ses = world.sending;
  client = new SESClient(gateway.configuration());
});
afterEach(() => gateway.close());

const raw = (headers: Record<string, string> = {}, body = "Hello ü\r\n"): Uint8Array => {
  const fields = {
    From: "Shop <support@shop.example>",
    To: "anna@customer.example",
    Subject: "Your parcel",
    Date: "Thu, 1 Jan 1970 00:00:00 +0000",
    "Message-ID": "<ours@shop.example>",
    "In-Reply-To": "<theirs@customer.example>",
    References: "<first@customer.example>\r\n <theirs@customer.example>",
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${lines.join("")}\r\n${body}`);
};

const send = (change: Partial<SendRawEmailRequest> = {}) =>
  client.send(
    new SendRawEmailCommand({
      Source: "support@shop.example",
      Destinations: ["Anna@customer.example"],
      ConfigurationSetName: "router",
      Tags: [{ Name: "sendId", Value: "snd_1" }],
      RawMessage: { Data: raw() },
      ...change,
    }),
  );

describe("SendRawEmail through the SDK", () => {
  test("the customer gets the message with SES's Message-ID and Date in the place of ours, and all else as it was", async () => {
    const { MessageId } = await send();
    expect(MessageId).toMatch(/^0100[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-000000$/);
    await world.clock.advance(1_000);
    const [mail] = world.storage.received("anna@customer.example");
    expect(mail).toMatchObject({ messageId: MessageId, recipient: "anna@customer.example" });
    expect(mail!.content.toString()).toBe(
      `Return-Path: <${MessageId}@amazonses.com>\r\n` +
        "Date: Mon, 05 Jan 2026 09:00:00 +0000\r\n" +
        `Message-ID: <${MessageId}@email.amazonses.com>\r\n` +
        "From: Shop <support@shop.example>\r\n" +
        "To: anna@customer.example\r\n" +
        "Subject: Your parcel\r\n" +
        "In-Reply-To: <theirs@customer.example>\r\n" +
        "References: <first@customer.example>\r\n <theirs@customer.example>\r\n" +
        "\r\nHello ü\r\n",
    );
  });

  test("events come in order with the message's tags, in SES's shape", async () => {
    const { MessageId } = await send();
    expect(await world.published()).toEqual([]);
    await world.clock.advance(1_000);
    const [sent, delivered, ...others] = await world.published();
    expect(others).toEqual([]);
    expect(sent).toMatchObject({
      eventType: "Send",
      send: {},
      mail: {
        timestamp: "2026-01-05T09:00:00.000Z",
        source: "support@shop.example",
        sourceArn: "arn:aws:ses:us-east-1:000000000000:identity/shop.example",
        sendingAccountId: "000000000000",
        messageId: MessageId,
        destination: ["anna@customer.example"],
        headersTruncated: false,
        headers: expect.arrayContaining([{ name: "Message-ID", value: "<ours@shop.example>" }]),
        commonHeaders: {
          from: ["Shop <support@shop.example>"],
          to: ["anna@customer.example"],
          messageId: MessageId,
          subject: "Your parcel",
        },
        tags: { sendId: ["snd_1"], "ses:configuration-set": ["router"], "ses:caller-identity": ["route"] },
      },
    });
    expect(delivered).toMatchObject({
      eventType: "Delivery",
      delivery: { timestamp: "2026-01-05T09:00:00.120Z", recipients: ["anna@customer.example"] },
    });
  });

  test.each([
    ["bounce+label@simulator.amazonses.com", ["Send", "Bounce General"], 0],
    ["suppressionlist@simulator.amazonses.com", ["Send", "Bounce Suppressed"], 0],
    ["complaint@simulator.amazonses.com", ["Send", "Delivery", "Complaint"], 1],
    ["success@simulator.amazonses.com", ["Send", "Delivery"], 1],
    ["bounce@customer.example", ["Send", "Delivery"], 1],
  ])("%s does what SES's mailbox simulator does", async (address, kinds, copies) => {
    await send({ Destinations: [address] });
    await world.clock.advance(1_000);
    const events = await world.published();
    const shown = events.map(({ eventType, bounce }) => (bounce ? `${eventType} ${bounce.bounceSubType}` : eventType));
    expect(shown).toEqual(kinds);
    expect(world.storage.received(address)).toHaveLength(copies);
  });

  test("each recipient has a copy and a fate of their own", async () => {
    await send({ Destinations: ["anna@customer.example", "bounce@simulator.amazonses.com"] });
    await world.clock.advance(1_000);
    const events = await world.published();
    expect(events.map(({ eventType }) => eventType)).toEqual(["Send", "Delivery", "Bounce"]);
    expect(events[2].bounce).toMatchObject({
      bounceType: "Permanent",
      bouncedRecipients: [{ emailAddress: "bounce@simulator.amazonses.com", action: "failed", status: "5.1.1" }],
    });
    expect(world.storage.received(undefined)).toHaveLength(1);
  });

  test("without an envelope the header section says from whom and to whom", async () => {
    await send({
      Source: undefined,
      Destinations: [],
      RawMessage: { Data: raw({ Cc: "Bob <bob@customer.example>" }) },
    });
    await world.clock.advance(1_000);
    const recipients = world.storage.received(undefined).map(({ recipient }) => recipient);
    expect(recipients).toEqual(["anna@customer.example", "bob@customer.example"]);
  });

  test("without a configuration set nothing is published, and the mail goes out", async () => {
    await send({ ConfigurationSetName: undefined });
    await world.clock.advance(1_000);
    expect(await world.published()).toEqual([]);
    expect(world.storage.received(undefined)).toHaveLength(1);
  });

  test.each<[string, Partial<SendRawEmailRequest>, string, RegExp]>([
    [
      "a sender that is not verified",
      { Source: "support@other.example" },
      "MessageRejected",
      /not verified.*US-EAST-1: support@other\.example/,
    ],
    [
      "a From that is not verified",
      { RawMessage: { Data: raw({ From: "x@evil.example" }) } },
      "MessageRejected",
      /not verified.*x@evil\.example/,
    ],
    [
      "a field that may come once, twice",
      { RawMessage: { Data: raw({ subject: "again" }) } },
      "InvalidParameterValue",
      /Duplicate header 'Subject'/,
    ],
    [
      "51 recipients",
      { Destinations: Array.from({ length: 51 }, (_, index) => `c${index}@customer.example`) },
      "InvalidParameterValue",
      /Recipient count exceeds 50/,
    ],
    ["an address without a domain", { Destinations: ["anna"] }, "InvalidParameterValue", /domain/],
    [
      "a configuration set that is not there",
      { ConfigurationSetName: "other" },
      "ConfigurationSetDoesNotExistException",
      /<other> does not exist/,
    ],
    ["a tag with a blank", { Tags: [{ Name: "sendId", Value: "a b" }] }, "InvalidParameterValue", /<a b>/],
    ["a parameter that is not imitated", { FromArn: "arn:aws:ses:x" }, "UnsupportedOperation", /FromArn/],
  ])("refuses %s", async (_what, change, name, message) => {
    await expect(send(change)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    await world.clock.advance(1_000);
    expect(await world.published()).toEqual([]);
  });

  test("takes ten megabytes after base64, and not a byte more", async () => {
    const whole = raw().length;
    const fits = Math.floor((10 * 1024 * 1024) / 4) * 3 - whole;
    await send({ RawMessage: { Data: raw({}, "Hello ü\r\n" + "x".repeat(fits)) } });
    const tooMuch = send({ RawMessage: { Data: raw({}, "Hello ü\r\n" + "x".repeat(fits + 1)) } });
    await expect(tooMuch).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  test("refuses another operation by name", async () => {
    const email = { Subject: { Data: "s" }, Body: { Text: { Data: "t" } } };
    const sending = client.send(
      new SendEmailCommand({ Source: "support@shop.example", Destination: {}, Message: email }),
    );
    await expect(sending).rejects.toThrow("does not imitate SendEmail");
  });

  test("is billed by recipient and by what goes out", async () => {
    await send({ Destinations: ["anna@customer.example", "bob@customer.example"] });
    const line = gateway.lineOf("ses", "SendRawEmail");
    expect(line).toMatchObject({ caller: "route", calls: 1, units: { sentEmails: 2 } });
    expect(line!.units.sentEmailGigabytes).toBeCloseTo((2 * raw().length) / 1024 ** 3, 12);
  });
});

test("what was accepted is delivered and reported after a restart, and stays in the mailbox", async () => {
  const folder = temporaryFolder();
  try {
    mkdirSync(join(folder.path, "data"));
    const open = async (nowMs: number) => {
      const clock = new VirtualClock({ frozenAtMs: nowMs });
      const database = openDatabase({ directory: join(folder.path, "data") });
      return mailWorld({ clock, database, sqs: new SqsEngine({ database, clock }) });
    };
    const before = await open(startOfWorld);
    const email = { source: undefined, destinations: [], raw: Buffer.from(raw()), configurationSet: "router" };
    const { messageId } = await before.sending.sendRawEmail({ ...email, tags: {}, caller: "send" });
    before.database.close();

    const after = await open(startOfWorld + 60_000);
    after.sending.resume();
    await after.clock.advance(1);
    expect((await after.published()).map(({ eventType }) => eventType)).toEqual(["Send", "Delivery"]);
    expect(after.storage.steps()).toEqual([]);
    after.database.close();

    const later = await open(startOfWorld + 120_000);
    expect(later.storage.received("anna@customer.example")).toMatchObject([{ messageId }]);
    later.database.close();
  } finally {
    folder.remove();
  }
});
