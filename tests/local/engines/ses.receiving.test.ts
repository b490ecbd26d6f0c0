import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SesReceiving } from "../../../infra/local/engines/ses/receiving.ts";
import type { ReceiptRuleDefinition } from "../../../infra/local/template/blueprint.ts";
import { type MailWorld, mailWorld, ruleAddress, topicArn } from "./ses.world.ts";

let world: MailWorld;

beforeEach(async () => {
  world = await mailWorld();
});
afterEach(() => world.database.close());

const letter =
  "From: =?utf-8?q?Anna_M=C3=BCller?= <anna@customer.example>\r\n" +
  'To: "Shop, Support" <support@shop.example>, <other@shop.example>\r\n' +
  "Subject: Where is\r\n my parcel?\r\n" +
  "Message-ID: <1@customer.example>\r\n" +
  "\r\nHello\r\n";

const receive = (change: object = {}) =>
  world.receiving.receive({
    from: "bounces@customer.example",
    recipients: [ruleAddress],
    raw: Buffer.from(letter),
    ...change,
  });

const stored = async (key: string): Promise<string> => {
  const answer = await world.s3.handle({ method: "GET", path: `/blobs/${key}`, headers: {}, body: Buffer.alloc(0) });
  return String(answer.body);
};

describe("a receipt rule's S3 action", () => {
  test("stores the mail with SES's trace before it, under the id that the notification names", async () => {
    const { messageId } = await receive();
    expect(messageId).toMatch(/^[0-9a-v]{40}$/);
    const [{ notificationType, mail, receipt }] = await world.published();
    expect(notificationType).toBe("Received");
    expect(receipt).toEqual({
      timestamp: "2026-01-05T09:00:00.000Z",
      processingTimeMillis: 0,
      recipients: [ruleAddress],
      spamVerdict: { status: "PASS" },
      virusVerdict: { status: "PASS" },
      spfVerdict: { status: "PASS" },
      dkimVerdict: { status: "PASS" },
      dmarcVerdict: { status: "PASS" },
      action: {
        type: "S3",
        topicArn,
        bucketName: "blobs",
        objectKeyPrefix: "inbound-mail/",
        objectKey: `inbound-mail/${messageId}`,
      },
    });
    expect(mail).toMatchObject({
      timestamp: "2026-01-05T09:00:00.000Z",
      source: "bounces@customer.example",
      messageId,
      destination: [ruleAddress, "other@shop.example"],
      headersTruncated: false,
      commonHeaders: {
        returnPath: "bounces@customer.example",
        from: ["=?utf-8?q?Anna_M=C3=BCller?= <anna@customer.example>"],
        messageId: "<1@customer.example>",
        subject: "Where is my parcel?",
      },
    });
    expect(mail.headers[0]).toEqual({ name: "Return-Path", value: "<bounces@customer.example>" });
    const content = await stored(receipt.action.objectKey);
    expect(content.endsWith(letter)).toBe(true);
    expect(content).toContain(
      `with SMTP id ${messageId}\r\n for ${ruleAddress};\r\n Mon, 05 Jan 2026 09:00:00 +0000 (UTC)`,
    );
  });

  test("verdicts are chosen by whoever plays the network, never by the mail", async () => {
    const forged = `X-SES-Spam-Verdict: FAIL\r\nAuthentication-Results: amazonses.com; dmarc=fail\r\n${letter}`;
    await receive({ raw: Buffer.from(forged) });
    await receive({ verdicts: { spam: "FAIL", dmarc: "FAIL", spf: "GRAY" } });
    const [passed, failed] = await world.published();
    expect(passed.receipt.spamVerdict).toEqual({ status: "PASS" });
    expect(passed.receipt).not.toHaveProperty("dmarcPolicy");
    expect(failed.receipt).toMatchObject({
      spamVerdict: { status: "FAIL" },
      dmarcVerdict: { status: "FAIL" },
      spfVerdict: { status: "GRAY" },
      dkimVerdict: { status: "PASS" },
      dmarcPolicy: "reject",
    });
  });

  test("a header section over ten kilobytes is cut in the notification, and stored whole", async () => {
    const bomb = `X-Long: ${"x".repeat(20_000)}\r\n${letter}`;
    const { messageId } = await receive({ raw: Buffer.from(bomb) });
    const [{ mail }] = await world.published();
    expect(mail.headersTruncated).toBe(true);
    expect(JSON.stringify(mail).length).toBeLessThan(12_000);
    expect((await stored(`inbound-mail/${messageId}`)).endsWith(bomb)).toBe(true);
  });

  test("is billed by number and by full quarters of a megabyte", async () => {
    await receive({ raw: Buffer.from(letter + "x".repeat(600 * 1024)) });
    const line = world.meter.report().lines.find(({ operation }) => operation === "Receive");
    expect(line).toMatchObject({ units: { receivedEmails: 1, receivedEmailChunks: 2 } });
  });
});

describe("a rule's recipients", () => {
  const conditions: [string[], string, boolean][] = [
    [["support@shop.example"], "support@shop.example", true],
    [["support@shop.example"], "Support+token.x@SHOP.example", true],
    [["support+a@shop.example"], "support+a@shop.example", true],
    [["support+a@shop.example"], "support@shop.example", false],
    [["support@shop.example"], "sales@shop.example", false],
    [["shop.example"], "anybody@shop.example", true],
    [["shop.example"], "anybody@sub.shop.example", false],
    [[".shop.example"], "anybody@sub.shop.example", true],
    [[".shop.example"], "anybody@shop.example", false],
    [[], "anybody@anywhere.example", true],
  ];
  const withRule = (rule: Pick<ReceiptRuleDefinition, "enabled" | "recipients">): SesReceiving => {
    const receiving = new SesReceiving({ ...world, region: "us-east-1" });
    receiving.createReceiptRule({ ruleSetName: "router", name: "rule", actions: [], ...rule });
    return receiving;
  };
  test.each(conditions)("%j and %s: %s", (recipients, address, expected) => {
    expect(withRule({ enabled: true, recipients }).accepts(address)).toBe(expected);
  });

  test("a rule that is not enabled takes nothing", () => {
    expect(withRule({ enabled: false, recipients: [] }).accepts("x@anywhere.example")).toBe(false);
  });

  test("the notification names those that the rule took, in the envelope's order", async () => {
    await receive({ recipients: ["support+b@shop.example", "other@shop.example", ruleAddress] });
    const [{ receipt }] = await world.published();
    expect(receipt.recipients).toEqual(["support+b@shop.example", ruleAddress]);
  });
});
