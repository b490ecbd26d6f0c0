import { describe, expect, test } from "vitest";
import { checkConfiguration } from "../../infra/configuration/load.ts";
import { changed, check } from "./samples.ts";

const inbox = (text: string): string => changed({ 4: `  - ${text}` });

describe("inboxes", () => {
  test.each([
    [`{ id: mail, channel: email, address: support@shop.example, name: Our Shop }`],
    [`{ id: web, channel: web, address: web, origins: ["https://shop.example", "http://localhost:8080"] }`],
    [`{ id: web, channel: web, address: web, origins: ["*"] }`],
    [`{ id: whatsapp, channel: whatsapp, address: "106540352242922" }`],
    [`{ id: whatsapp, channel: whatsapp, provider: twilio, address: "+15005550010" }`],
    [`{ id: telegram, channel: telegram, address: switchyard_bot }`],
    [
      `{ id: counter, channel: custom, address: counter, replyUrl: "https://counter.example/replies", mediaHosts: [files.example] }`,
    ],
    [`{ id: sms, channel: sms, address: "+15005550006", countries: [DE, AT], suspended: The number moves. }`],
    [
      `{ id: sms, channel: sms, address: "+15005550006", quietHours: { from: "21:00", to: "08:00", timeZone: Europe/Berlin } }`,
    ],
  ])("%s", (text) => expect(check(inbox(text))).toEqual({ errors: [], warnings: [] }));

  test.each([
    ["{ id: mail, channel: mail, address: a@b.example }", /There is no channel "mail". Did you mean "email"/],
    [
      "{ id: mail, channel: email, address: Support@shop.example }",
      /is not a mail address in lower case without a plus sign/,
    ],
    ["{ id: mail, channel: email, address: support+x@shop.example }", /is not a mail address in lower case/],
    ["{ id: mail, channel: email, address: support }", /such as "support@shop.example"/],
    [`{ id: web, channel: web, address: web, origins: ["shop.example"] }`, /written like "https:\/\/shop.example"/],
    [`{ id: web, channel: web, address: web, origins: ["https://shop.example/chat"] }`, /without a path/],
    [`{ id: web, channel: web, address: web, origins: [] }`, /list is empty/],
    [`{ id: web, channel: web, address: web, origin: ["*"] }`, /Did you mean "origins"/],
    [`{ id: whatsapp, channel: whatsapp, address: "+15005550010" }`, /the phone number's id at Meta/],
    [
      `{ id: whatsapp, channel: whatsapp, provider: twillio, address: "+15005550010" }`,
      /no provider "twillio" of the channel "whatsapp". Did you mean "twilio"/,
    ],
    [`{ id: telegram, channel: telegram, address: "@switchyard_bot" }`, /user name without "@"/],
    [`{ id: counter, channel: custom, address: c, replyUrl: "http://counter.example" }`, /https:\/\/counter.example/],
    [
      `{ id: counter, channel: custom, address: c, replyUrl: "https://c.example", mediaHosts: ["https://f.example"] }`,
      /A host is written like "files.example"/,
    ],
    [`{ id: sms, channel: sms, address: "+15005550006", countries: [GER] }`, /two capital letters/],
    [`{ id: sms, channel: sms, address: "+15005550006", countries: [XX] }`, /"XX" is no country/],
    [
      `{ id: sms, channel: sms, address: "+15005550006", spendCap: { perDay: 5, currency: EUR, prices: { DE: 0.1 } } }`,
      /"default" is missing/,
    ],
    [
      `{ id: sms, channel: sms, address: "+15005550006", quietHours: { from: "21:00", to: "08:00", timeZone: Berlin } }`,
      /"Berlin" is no time zone/,
    ],
  ])("%s", (text, error) => {
    const { errors } = check(inbox(text));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(error);
  });

  test("origins of an inbox that is no chat are read by nothing", () => {
    const text = `{ id: sms, channel: sms, address: "+15005550006", origins: ["*"] }`;
    expect(check(inbox(text)).warnings).toEqual([expect.stringMatching(/Only a web chat is opened from pages/)]);
  });
});

describe("who may be written to from an inbox, and for how much", () => {
  const configured = (keys: string) =>
    checkConfiguration(inbox(`{ id: sms, channel: sms, address: "+15005550006", ${keys} }`), "router.yaml")
      .configuration.inboxes[0]!;
  const isAllowed = (number: string, countries: string): boolean => {
    const fitting = configured(`countries: [${countries}]`).countries!.filter(({ prefix }) =>
      number.startsWith(prefix),
    );
    return fitting.toSorted((one, other) => other.prefix.length - one.prefix.length)[0]?.allowed ?? false;
  };

  test.each([
    ["+4915112345678", "DE", true],
    ["+436641234567", "DE", false],
    ["+12025550142", "US", true],
    // Jamaica, by the same calling code: a number that fraud likes.
    ["+18765550142", "US", false],
    ["+16585550142", "US", false],
    ["+18765550142", "JM", true],
    ["+12025550142", "JM", false],
    ["+18765550142", "US, JM", true],
    ["+77012345678", "RU", false],
    ["+79161234567", "RU", true],
    ["+390669812345", "IT", false],
    ["+393331234567", "IT", true],
  ])("%s from an inbox that writes to %s: %s", (number, countries, allowed) => {
    expect(isAllowed(number, countries)).toBe(allowed);
  });

  test("countries whose numbers look the same are allowed together, with a warning that names them", () => {
    const { warnings } = check(inbox(`{ id: sms, channel: sms, address: "+15005550006", countries: [US] }`));
    expect(warnings).toEqual([expect.stringMatching(/Numbers of CA look the same/)]);
  });

  test.each([["{ default: 0.08, DE: 0.0725, JM: 0.3 }"], ["{ JM: 0.3, default: 0.08, DE: 0.0725 }"]])(
    "prices go by the number's country: %s",
    (prices) => {
      const { spendCap } = configured(`spendCap: { perDay: 20, currency: EUR, prices: ${prices} }`);
      expect(spendCap).toMatchObject({ perDayMicros: 20_000_000, currency: "EUR" });
      const price = (number: string): number =>
        spendCap!.priceMicros
          .filter(({ prefix }) => number.startsWith(prefix))
          .toSorted((one, other) => other.prefix.length - one.prefix.length)[0]!.micros;
      expect(["+4915112345678", "+18765550142", "+12025550142", "+33612345678"].map(price)).toEqual([
        72_500, 300_000, 80_000, 80_000,
      ]);
    },
  );
});

describe("templates", () => {
  const whatsapp = `  - { id: whatsapp, channel: whatsapp, address: "106540352242922" }`;
  const withTemplate = (template: string): string =>
    changed({ 4: whatsapp, 22: `${changed({}).split("\n")[21]}\ntemplates:\n  - ${template}` });
  const text = `{ en: { name: hello, language: en_US, body: "Hello {{1}}." } }`;

  test("are in the configuration with the inboxes that may send them", () => {
    const file = withTemplate(`{ id: hello, title: Hello, inboxes: [whatsapp], parameters: [name], texts: ${text} }`);
    expect(check(file)).toEqual({ errors: [], warnings: [] });
    expect(checkConfiguration(file, "router.yaml").configuration.templates).toEqual([
      {
        id: "hello",
        title: "Hello",
        inboxIds: ["whatsapp"],
        parameters: ["name"],
        texts: { en: { name: "hello", language: "en_US", body: "Hello {{1}}." } },
      },
    ]);
  });

  test.each([
    [`{ id: hello, title: Hello, inboxes: [whatsap], parameters: [name], texts: ${text} }`, /Did you mean "whatsapp"/],
    [`{ id: hello, title: Hello, inboxes: [whatsapp], texts: ${text} }`, /gaps for 1, and "parameters" names 0/],
    [
      `{ id: hello, title: Hello, inboxes: [whatsapp], parameters: [a, b], texts: ${text} }`,
      /number the gaps \{\{1\}\} to \{\{2\}\}/,
    ],
    [`{ id: hello, title: Hello, inboxes: [whatsapp], texts: {} }`, /has no text/],
    [
      `{ id: hello, title: Hello, inboxes: [whatsapp], texts: { fr: { name: a, language: fr, body: Salut. } } }`,
      /no language "fr"/,
    ],
  ])("%s", (template, error) => expect(check(withTemplate(template)).errors.join("\n")).toMatch(error));

  test("can't be sent from an inbox that knows none", () => {
    const file = changed({
      22: `${changed({}).split("\n")[21]}\ntemplates:\n  - { id: hello, title: Hello, inboxes: [sms-main], parameters: [name], texts: ${text} }`,
    });
    expect(check(file).errors.join("\n")).toMatch(/"sms-main" is on sms, which knows no templates/);
  });
});

describe("canned replies", () => {
  const withReply = (text: string): string =>
    changed({ 22: `${changed({}).split("\n")[21]}\ncannedReplies:\n  - ${text}` });

  test("are in the configuration, in every queue unless some are named", () => {
    const text = withReply("{ id: hi, title: Hello, text: { en: Hello., de: Hallo. } }");
    expect(check(text)).toEqual({ errors: [], warnings: [] });
    expect(checkConfiguration(text, "router.yaml").configuration.cannedReplies).toEqual([
      { id: "hi", title: "Hello", text: { en: "Hello.", de: "Hallo." }, queueIds: undefined },
    ]);
  });

  test.each([
    ["{ id: hi, title: Hello, text: { de: Hallo. } }", /"hi" has no text in the default language "en"/],
    ["{ id: hi, title: Hello, text: { en: Hello. }, queues: [genral] }", /Did you mean "general"/],
    ["{ id: hi, text: { en: Hello. } }", /title/],
  ])("%s", (reply, error) => expect(check(withReply(reply)).errors.join("\n")).toMatch(error));

  test("a language that has none is a warning", () => {
    expect(check(withReply("{ id: hi, title: Hello, text: { en: Hello. } }")).warnings).toEqual([
      expect.stringMatching(/no text in de; "en" is offered there/),
    ]);
  });
});
