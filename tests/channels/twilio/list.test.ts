import { describe, expect, it } from "vitest";
import type { Channel } from "../../../shared/channels/channel.ts";
import { sms } from "../../../shared/channels/sms/index.ts";
import { whatsappTwilio } from "../../../shared/channels/whatsapp-twilio/index.ts";
import type { Inbox } from "../../../shared/core/inbox.ts";
import { HttpNotSent, type HttpCall } from "../../../shared/ports/http.ts";
import type { Log } from "../../../shared/ports/log.ts";
import { FakeHttp, portsWith } from "../../contracts/channel.ts";
import { accountSid, config, customer, inbox, listed, ourNumber, secret } from "../sms/samples.ts";
import { inbox as whatsAppInbox, whatsAppRequest } from "../whatsapp-twilio/samples.ts";
import { answer } from "../samples.ts";

const since = Date.parse("2026-11-03T10:00:00Z");
const received = (change: Record<string, unknown> = {}) =>
  listed({
    direction: "inbound",
    from: customer,
    to: ourNumber,
    status: "received",
    body: "hello",
    date_sent: "Wed, 04 Nov 2026 10:00:02 +0000",
    ...change,
  });
const page = (messages: unknown[], next: string | null = null) => answer(200, { messages, next_page_uri: next });
interface Asked {
  channel?: Channel;
  from?: Inbox;
  log?: Log;
}
const list = (http: FakeHttp, { channel = sms, from = inbox, log }: Asked = {}) =>
  channel.listInbound!(
    { inbox: from, secret: channel === sms ? secret : whatsAppRequest.secret, since },
    portsWith({ http, ...(log && { log }) }),
    config,
  );
const sid = (digit: string) => `SM${digit.repeat(32)}`;

describe("Twilio's list of what came in", () => {
  it("is asked for by our number and time, and read as webhooks are, oldest first, with the time", async () => {
    const http = new FakeHttp(() => page([received({ sid: sid("2"), body: "STOP" }), received({ sid: sid("1") })]));
    const message = { kind: "message", channel: "sms", accountId: accountSid, from: customer, inboxId: "sms-main" };
    const providerTime = "2026-11-04T10:00:02.000Z";
    expect(await list(http)).toStrictEqual([
      { ...message, providerId: sid("1"), text: "hello", media: [], providerTime },
      { ...message, providerId: sid("2"), text: "STOP", media: [], providerTime, optOut: "stop" },
    ]);
    const query = new URL(http.calls[0]!.url).searchParams;
    expect(Object.fromEntries(query)).toStrictEqual({
      To: ourNumber,
      "DateSent>": "2026-11-03T10:00:00Z",
      PageSize: "1000",
    });
  });

  it("leaves out what we sent, what is older, and what is of another kind", async () => {
    const messages = [
      received({ direction: "outbound-api", sid: sid("1") }),
      received({ date_sent: "Tue, 03 Nov 2026 09:59:59 +0000", sid: sid("2") }),
      received({ from: "messenger:123456789012345", sid: sid("3") }),
      received({ to: `whatsapp:${ourNumber}`, from: `whatsapp:${customer}`, sid: sid("5") }),
      received({ date_sent: null, date_created: null, sid: sid("4") }),
    ];
    const found = await list(new FakeHttp(() => page(messages)));
    expect(found.map(({ providerId, providerTime }) => [providerId, providerTime])).toStrictEqual([
      [sid("4"), undefined],
    ]);
  });

  it.each(["106575258192144", "O'Brien & Sons!", "bank:alert", "Päckchen", " 4915550100200"])(
    "has what %j sent",
    async (from) => {
      const found = await list(new FakeHttp(() => page([received({ from })])));
      expect(found).toMatchObject([{ from, text: "hello" }]);
    },
  );

  it("says what it leaves out for want of a sender, and brings all else", async () => {
    const warned: unknown[] = [];
    const log: Log = { info() {}, warn: (event, fields) => void warned.push([event, fields]), error() {} };
    const messages = [
      received({ from: "4".repeat(321), sid: sid("1") }),
      received({ from: " ", sid: sid("2") }),
      received({ from: null, sid: sid("3") }),
      received({ from: "4".repeat(320), sid: sid("4") }),
    ];
    const found = await list(new FakeHttp(() => page(messages)), { log });
    expect(found.map(({ providerId }) => providerId)).toStrictEqual([sid("4")]);
    expect(warned).toStrictEqual([["twilio.left-out", { inboxId: "sms-main", count: 3, first: sid("3") }]]);
    await list(new FakeHttp(() => page([received()])), { log });
    expect(warned).toHaveLength(1);
  });

  it("is WhatsApp's by its prefix", async () => {
    const from = `whatsapp:${customer}`;
    const http = new FakeHttp(() => page([received({ from, to: `whatsapp:${whatsAppInbox.address}` })]));
    expect(await list(http, { channel: whatsappTwilio, from: whatsAppInbox })).toMatchObject([
      { channel: "whatsapp", from: customer, inboxId: "whatsapp-ours" },
    ]);
    expect(new URL(http.calls[0]!.url).searchParams.get("To")).toBe("whatsapp:+15550100005");
  });

  it("names files by asking for them", async () => {
    const file = `ME${"3".repeat(32)}`;
    const respond = ({ url }: HttpCall) =>
      url.includes("/Media.json")
        ? answer(200, { media_list: [{ sid: file, content_type: "image/png" }], next_page_uri: null })
        : page([received({ sid: sid("1"), num_media: "1", body: "" })]);
    const [message] = await list(new FakeHttp(respond));
    expect(message!.media).toStrictEqual([
      {
        url: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${sid("1")}/Media/${file}`,
        contentType: "image/png",
      },
    ]);
  });

  it("says where something came that it does not hold", async () => {
    const [message] = await list(new FakeHttp(() => page([received({ body: "" })])));
    expect(message).toMatchObject({ text: "", media: [], marks: ["unsupported"] });
  });

  it("is read whole or not at all", async () => {
    const next = `/2010-04-01/Accounts/${accountSid}/Messages.json?Page=1`;
    const pages = [page([received({ sid: sid("2") })], next), page([received({ sid: sid("1") })])];
    expect(await list(new FakeHttp(() => pages.shift()!))).toHaveLength(2);
    const broken = [page([received()], next), answer(500, "oops")];
    await expect(list(new FakeHttp(() => broken.shift()!))).rejects.toThrow("Twilio answered 500");
    await expect(list(new FakeHttp(() => answer(200, {})))).rejects.toThrow("lists nothing");
    await expect(
      list(
        new FakeHttp(() => {
          throw new HttpNotSent("refused");
        }),
      ),
    ).rejects.toThrow("refused");
  });

  it("has an end", async () => {
    const many = Array.from({ length: 1_000 }, () => listed({ direction: "outbound-api" }));
    const endless = new FakeHttp(() => page(many, "/2010-04-01/again"));
    await expect(list(endless)).rejects.toThrow("more than 50000 messages");
    expect(endless.calls).toHaveLength(50);
  });

  it("needs an account that has the number", async () => {
    await expect(list(new FakeHttp(() => page([])), { from: { ...inbox, address: "+15550100099" } })).rejects.toThrow(
      /No Twilio account lists the number of inbox sms-main/,
    );
  });
});
