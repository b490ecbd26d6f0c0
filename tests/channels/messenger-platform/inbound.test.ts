import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidWebhook } from "../../../shared/channels/channel.ts";
import { instagram } from "../../../shared/channels/instagram/index.ts";
import { messenger } from "../../../shared/channels/messenger/index.ts";
import { webhook } from "../meta/samples.ts";
import {
  config,
  eventOf,
  eventWebhook,
  instagramSubject,
  messageOf,
  messengerSubject,
  textMessage,
  webhookOf,
} from "./samples.ts";

const subjects = [
  { name: "messenger", subject: messengerSubject, parse: messenger.webhook!.parse },
  { name: "instagram", subject: instagramSubject, parse: instagram.webhook!.parse },
];

describe.each(subjects)("a webhook of $name", ({ subject, parse }) => {
  const text = (mid: string) => eventOf(subject, { message: { mid, text: mid } });
  const read = (mid: string) => messageOf(subject, { providerId: mid, text: mid });

  it("with several entries and events gives each once, in their order", () => {
    const request = webhookOf(subject, { messaging: [text("a"), text("b")] }, { messaging: [text("c")] });
    expect(parse(request, config)).toStrictEqual([read("a"), read("b"), read("c")]);
  });

  it("loses nothing beside what can't be read", () => {
    const bad = [null, 7, { message: { text: "no id" } }, eventOf(subject, { message: { mid: "" } })];
    const request = webhookOf(
      subject,
      { messaging: [text("a"), ...bad, text("b")] },
      { id: null },
      { messaging: [text("c")] },
    );
    const parsed = parse(request, config) ?? [];
    expect(parsed.filter(({ kind }) => kind === "message")).toStrictEqual([read("a"), read("b"), read("c")]);
    expect(parsed.filter(({ kind }) => kind === "ignored")).toHaveLength(bad.length + 1);
  });

  it("says nothing of what people wrote in the reasons for ignoring it", () => {
    const request = webhookOf(subject, {
      messaging: [{ message: { text: "a secret of mine" } }, { "a secret of mine": 1 }],
    });
    expect(JSON.stringify(parse(request, config))).not.toContain("secret");
  });

  it("is another channel's where it is of another object", () => {
    for (const object of ["whatsapp_business_account", "user", "permissions"])
      expect(parse(webhook({ object, entry: [] }), config)).toBeUndefined();
    const other = subject === messengerSubject ? instagramSubject : messengerSubject;
    expect(parse(textMessage(other, "hello"), config)).toBeUndefined();
  });

  it.each(["", "hello", "null", "[]", "{}", '{"object":7,"entry":[]}', `{"object":"${subject.object}","entry":{}}`])(
    "is refused where it is no envelope: %s",
    (body) => {
      expect(() => parse(webhook(body), config)).toThrow(InvalidWebhook);
    },
  );

  it("makes something of whatever stands in its place, each event once", () => {
    const kinds = [
      "message",
      "message_edit",
      "reaction",
      "postback",
      "referral",
      "read",
      "delivery",
      "optin",
      "__proto__",
    ];
    const fields = [
      "mid",
      "text",
      "attachments",
      "type",
      "payload",
      "url",
      "reply_to",
      "story",
      "watermark",
      "mids",
      "action",
    ];
    const { content } = fc.letrec((tie) => ({
      content: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom("https://cdn.fbsbx.com/v/1", "react", "image", "share", 1_772_618_400_000, true),
        fc.array(tie("content"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...fields), tie("content")),
      ),
    }));
    const event = fc.dictionary(fc.constantFrom(...kinds), content, { maxKeys: 2 });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 3 }), (events) => {
        const request = eventWebhook(subject, ...events);
        const parsed = parse(request, config) ?? [];
        expect(parsed.length).toBeGreaterThanOrEqual(events.length);
        expect(parse(request, config)).toStrictEqual(parsed);
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same ids on redelivery, and other events other ids", () => {
    const events = [
      { reaction: { mid: "m", action: "react", emoji: "👍" } },
      { postback: { title: "Hi", payload: "HI" } },
      { referral: { ref: "r" } },
      { message: { mid: "m", text: "Hi" } },
      { message: { mid: "m", is_deleted: true } },
      { message_edit: { mid: "m", text: "Ho", num_edit: 1 } },
      { message_edit: { mid: "m", text: "Ho", num_edit: 2 } },
    ];
    const request = eventWebhook(subject, ...events);
    const ids = (parse(request, config) ?? []).map((event) =>
      event.kind === "message" ? event.providerId : event.kind,
    );
    expect(new Set(ids).size).toBe(events.length);
    expect(parse(structuredClone(request), config)).toStrictEqual(parse(request, config));
  });

  it.each([
    [1_772_618_400_123, "2026-03-04T10:00:00.123Z"],
    [1_772_618_400, "2026-03-04T10:00:00.000Z"],
    ["1772618400", "2026-03-04T10:00:00.000Z"],
    ["yesterday", undefined],
    [-1, undefined],
    [9e15, undefined],
  ])("is of the time %s", (timestamp, providerTime) => {
    const parsed = parse(eventWebhook(subject, { timestamp, message: { mid: "m", text: "hi" } }), config) ?? [];
    expect(parsed.map((event) => event.kind === "message" && event.providerTime)).toStrictEqual([providerTime]);
  });
});
