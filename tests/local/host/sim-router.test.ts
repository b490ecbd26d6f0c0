import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { VirtualClock } from "../../../infra/local/clock.ts";
import { Meter } from "../../../infra/local/gateway/gateway.ts";
import { SimulatedMailbox } from "../../../infra/local/sim/mailbox.ts";
import { SimRouter } from "../../../infra/local/sim/router.ts";
import { VouchingShop } from "../../../infra/local/sim/vouch.ts";
import { type MailWorld, mailWorld, ruleAddress } from "../engines/ses.world.ts";
import { callerOf, inboxes, ProvidersWorld, replyUrl } from "./sim-world.ts";

let clock: VirtualClock;
let meter: Meter;
let pageDirectory: string;
let mail: MailWorld;
let world: ProvidersWorld;
let call: ReturnType<typeof callerOf>;
const vouchSecret = "what the shop and the router share";
const begin = Date.UTC(2026, 10, 22);

beforeEach(async () => {
  world = new ProvidersWorld(begin);
  ({ clock } = world);
  meter = new Meter(clock);
  pageDirectory = mkdtempSync(join(tmpdir(), "switchyard-sim-"));
  writeFileSync(join(pageDirectory, "sim.html"), "<!doctype html>");
  mail = await mailWorld();
  const mailbox = new SimulatedMailbox(mail);
  const shop = new VouchingShop({ vouchSecret, inboxIds: ["web", "vip"], clock });
  const { providers } = world;
  call = callerOf(new SimRouter({ clock, meter, providers, mailbox, shop, inboxes, pageDirectory }));
});
afterEach(() => {
  world.close();
  mail.database.close();
  rmSync(pageDirectory, { recursive: true });
});

test("the clock says the time and moves when told", async () => {
  expect((await call("GET", "/clock")).json).toEqual({ now: "2026-11-22T00:00:00.000Z" });
  expect((await call("POST", "/clock", { advanceMs: 90_000 })).json).toEqual({ now: "2026-11-22T00:01:30.000Z" });
});

test.each([{ advanceMs: -1 }, { advanceMs: "1" }, {}, { advanceMs: 1, extra: 1 }, { advanceMs: 1e15 }, "no JSON"])(
  "the clock refuses %j with a reason",
  async (body) => {
    const { status, json } = await call("POST", "/clock", body);
    expect(status).toBe(400);
    expect(json.detail).toMatch(/advanceMs|extra|JSON/);
    expect(clock.now()).toBe(begin);
  },
);

test("the meter reports and is reset", async () => {
  meter.record({ caller: "a", service: "sqs", operation: "SendMessage", units: { fifoRequests: 2 } });
  expect((await call("GET", "/meter")).json).toMatchObject({ lines: [{ caller: "a", calls: 1 }], dollars: 1e-6 });
  expect((await call("DELETE", "/meter")).status).toBe(204);
  expect((await call("GET", "/meter")).json.lines).toEqual([]);
});

test("faults are not there yet, and say so", async () => {
  for (const method of ["PUT", "DELETE"]) {
    const { status, headers } = await call(method, "/faults", []);
    expect(status).toBe(501);
    expect(headers["content-type"]).toContain("application/problem+json");
  }
});

describe("a mail of the simulator's page", () => {
  const letter = { from: "anna@customer.example", to: ruleAddress, subject: "Grüße", text: "Hello" };
  const stored = async (key: string) => {
    const path = `/blobs/${key}`;
    return String((await mail.s3.handle({ method: "GET", path, headers: {}, body: Buffer.alloc(0) })).body);
  };

  test("goes the way of one by SMTP, threading, files and verdicts included", async () => {
    const { status, json } = await call("POST", "/email/messages", {
      ...letter,
      html: "<p>Hello</p>",
      inReplyTo: "<2@x.example>",
      references: ["<1@x.example>", "<2@x.example>"],
      attachments: [{ name: "a.txt", contentType: "text/plain", contentBase64: "aGVsbG8=" }],
      verdicts: { spam: "FAIL" },
    });
    expect(status).toBe(200);
    const [{ mail: notified, receipt }] = await mail.published();
    expect(json).toEqual({ providerId: notified.messageId, messageId: notified.commonHeaders.messageId });
    expect(receipt).toMatchObject({ recipients: [ruleAddress], spamVerdict: { status: "FAIL" } });
    const content = await stored(receipt.action.objectKey);
    expect(content).toContain("In-Reply-To: <2@x.example>\r\nReferences: <1@x.example> <2@x.example>\r\n");
    expect(content).toContain("Date: Mon, 05 Jan 2026 09:00:00 +0000");
    for (const part of ["text/plain", "text/html", "filename=a.txt"]) expect(content).toContain(part);
  });

  test("may be given whole, and have no sender", async () => {
    const raw = "From: MAILER-DAEMON@x.example\nSubject: Undelivered\n\nSorry";
    expect((await call("POST", "/email/messages", { from: "", to: ruleAddress, raw })).status).toBe(200);
    const [{ mail: notified, receipt }] = await mail.published();
    expect(notified.source).toBe("");
    expect((await stored(receipt.action.objectKey)).endsWith(raw)).toBe(true);
  });

  test.each<[string, object, RegExp]>([
    ["an address that no rule takes", { ...letter, to: "x@other.example" }, /no receipt rule takes mail to x@other/],
    ["a sender that is none", { ...letter, from: "Anna" }, /^from: .*/],
    ["no sender", { ...letter, from: "" }, /only a raw message/],
    ["a verdict that SES does not give", { ...letter, verdicts: { spam: "MAYBE" } }, /^verdicts\.spam: /],
    ["a field that it does not know", { ...letter, bcc: "x@y.example" }, /bcc/],
  ])("is refused for %s", async (_what, body, detail) => {
    expect(await call("POST", "/email/messages", body)).toMatchObject({
      status: 400,
      json: { detail: expect.stringMatching(detail) },
    });
    expect(await mail.published()).toEqual([]);
  });
});

test("the outbox shows mails beside texts, oldest first, each by channel and address", async () => {
  const raw = Buffer.from(
    "From: Shop <support@shop.example>\r\nTo: anna@customer.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" +
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
      "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p>\r\n" +
      "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfile\r\n--b--\r\n",
  );
  const email = { source: undefined, destinations: [], raw, configurationSet: undefined, tags: {}, caller: "send" };
  const { messageId } = await mail.sending.sendRawEmail(email);
  await mail.clock.advance(1_000);
  const { items } = (await call("GET", "/outbox?channel=email&to=Anna@customer.example")).json;
  expect(items).toMatchObject([
    {
      channel: "email",
      from: "support@shop.example",
      to: "anna@customer.example",
      text: "",
      html: expect.stringContaining("<p>Hello</p>"),
      subject: "Grüße",
      headers: { "message-id": `<${messageId}@email.amazonses.com>`, to: "anna@customer.example" },
      attachments: ["a.txt"],
      media: [{ contentType: "text/plain", url: `/sim/files/email/${messageId}.0` }],
      providerId: messageId,
      at: "2026-01-05T09:00:00.120Z",
    },
  ]);
  const file = await call("GET", `/files/email/${messageId}.0`);
  expect(file).toMatchObject({ status: 200, headers: { "content-type": "text/plain" } });
  expect(Buffer.from(file.body).toString().trim()).toBe("file");
  for (const path of [`${messageId}.1`, `${messageId}.x`, `${messageId}`, "x.0"])
    expect((await call("GET", `/files/email/${path}`)).status).toBe(404);
  expect((await call("GET", "/outbox")).json.items).toHaveLength(1);
  expect((await call("GET", "/outbox?channel=sms")).json.items).toEqual([]);
  expect((await call("GET", "/outbox?to=bob@customer.example")).json.items).toEqual([]);
});

test("the shop vouches for five minutes, for the inbox that is meant", async () => {
  const claims = { sub: "user-1", email: "anna@customer.example", phone: "+4915112345678", name: "Anna" };
  const { token } = (await call("POST", "/web/vouch", claims)).json;
  const key = new TextEncoder().encode(vouchSecret);
  const { payload, protectedHeader } = await jwtVerify(token, key, { currentDate: new Date(begin) });
  expect(protectedHeader.alg).toBe("HS256");
  expect(payload).toEqual({ ...claims, aud: "web", iat: begin / 1000, exp: begin / 1000 + 300 });
  const other = (await call("POST", "/web/vouch", { sub: "1", inbox: "vip" })).json.token;
  expect((await jwtVerify(other, key, { audience: "vip", currentDate: new Date(begin) })).payload.sub).toBe("1");
  expect((await call("POST", "/web/vouch", { sub: "1", inbox: "none" })).status).toBe(400);
  expect((await call("POST", "/web/vouch", {})).json.detail).toContain("sub");
});

test("the page is served at /sim, with a policy of its own", async () => {
  const page = await call("GET", "");
  expect(page).toMatchObject({ status: 200, body: "<!doctype html>" });
  expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
});

test("elsewhere is 404, another method 405 with those that are allowed", async () => {
  expect((await call("GET", "/nothing")).status).toBe(404);
  expect(await call("PUT", "/clock")).toMatchObject({ status: 405, headers: { allow: "GET, POST" } });
});

test("replies of a custom channel go to a system on this machine, once somebody says where it is", async () => {
  const taken: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    taken.push({ headers: request.headers, body: Buffer.concat(await request.toArray()).toString() });
    response.writeHead(202).end('{"id":"theirs"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/replies`;
  const headers = { "webhook-id": "snd_1", authorization: "hush" };
  const reply = { method: "POST", url: replyUrl, headers, body: "{}" } as const;
  expect(await call("PUT", "/custom/tunnel", { inbox: "counter", url })).toMatchObject({ status: 204 });
  expect(await world.providers.custom.handle(reply)).toMatchObject({ status: 202, body: '{"id":"theirs"}' });
  expect(taken).toMatchObject([{ headers: { "webhook-id": "snd_1" }, body: "{}" }]);
  expect(taken[0]!.headers).not.toHaveProperty("authorization");
  await new Promise((resolve) => server.close(resolve));
  await expect(world.providers.custom.handle(reply)).rejects.toThrow(/127\.0\.0\.1/);
  expect(await call("PUT", "/custom/tunnel", { inbox: "counter", url: null })).toMatchObject({ status: 204 });
  expect(await world.providers.custom.handle(reply)).toMatchObject({ status: 401 });
});

test.each([
  [{ inbox: "nobody", url: "http://127.0.0.1:1/" }, /to: nobody/],
  [{ inbox: "counter", url: "https://elsewhere.example/" }, /no http address of this machine/],
  [{ inbox: "counter", url: "http://127.0.0.1.evil.example/" }, /no http address of this machine/],
  [{ inbox: "counter" }, /url/],
])("a tunnel to %j is refused", async (body, words) => {
  const answer = await call("PUT", "/custom/tunnel", body);
  expect(answer.status).toBe(400);
  expect(answer.json.detail).toMatch(words);
});
