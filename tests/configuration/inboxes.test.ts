import { describe, expect, test } from "vitest";
import { checkConfiguration } from "../../infra/configuration/load.ts";
import { changed, check } from "./samples.ts";

const inbox = (text: string): string => changed({ 4: `  - ${text}` });

describe("inboxes", () => {
  test.each([
    [`{ id: mail, channel: email, address: support@shop.example, name: Our Shop }`],
    [`{ id: web, channel: web, address: web, origins: ["https://shop.example", "http://localhost:8080"] }`],
    [`{ id: web, channel: web, address: web, origins: ["*"] }`],
  ])("%s", (text) => expect(check(inbox(text))).toEqual({ errors: [], warnings: [] }));

  test.each([
    ["{ id: mail, channel: mail, address: a@b.example }", /There is no channel "mail". Did you mean "email"/],
    [
      "{ id: mail, channel: email, address: Support@shop.example }",
      /no mail address in lower case without a plus sign/,
    ],
    ["{ id: mail, channel: email, address: support+x@shop.example }", /no mail address in lower case/],
    ["{ id: mail, channel: email, address: support }", /such as "support@shop.example"/],
    [`{ id: web, channel: web, address: web, origins: ["shop.example"] }`, /written like "https:\/\/shop.example"/],
    [`{ id: web, channel: web, address: web, origins: ["https://shop.example/chat"] }`, /without a path/],
    [`{ id: web, channel: web, address: web, origins: [] }`, /list is empty/],
    [`{ id: web, channel: web, address: web, origin: ["*"] }`, /Did you mean "origins"/],
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
