import { describe, expect, it } from "vitest";
import { functionNames } from "../../infra/aws/settings.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import { inboxes, resourcesOf, synthesizeOverStubs } from "./synthesized.ts";

/** What a deployment for these inboxes has, by the words that tell it from others. */
function deployed(given: Inbox[]) {
  const { stateful, stateless } = synthesizeOverStubs({}, given);
  const names = (template: typeof stateful, type: string, property: string): string[] =>
    resourcesOf(template, type).map(({ Properties }) => String(Properties[property]).replace("switchyard-", ""));
  const functions = resourcesOf(stateless, "AWS::Lambda::Function").map(({ Properties }) => Properties);
  return {
    types: new Set(
      Object.values(stateful.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type),
    ),
    functions: names(stateless, "AWS::Lambda::Function", "FunctionName"),
    queues: names(stateful, "AWS::SQS::Queue", "QueueName"),
    secrets: resourcesOf(stateful, "AWS::SecretsManager::Secret").map(({ logicalId }) => logicalId.slice(0, -8)),
    apis: names(stateless, "AWS::ApiGatewayV2::Api", "ProtocolType"),
    variables: new Set(functions.flatMap(({ Environment }) => Object.keys(Environment?.Variables ?? {}))),
  };
}

const missing = (functions: string[]): string[] => functionNames.filter((name) => !functions.includes(name));

describe("of what a channel takes", () => {
  it("all is there where every channel has an inbox", () => {
    const all = deployed(inboxes.all);
    expect(missing(all.functions)).toEqual([]);
    expect(all.secrets.toSorted()).toEqual([
      "CustomSecret",
      "MetaSecret",
      "SigningSecret",
      "TelegramSecret",
      "TwilioSecret",
      "WebSecret",
    ]);
  });

  it("nothing of mail and chat costs anything where inboxes are for texts", () => {
    const texts = deployed(inboxes.smsOnly);
    expect(missing(texts.functions)).toEqual(["mail", "chat"]);
    expect([...texts.types].filter((type) => /^AWS::(SES|SNS)::/.test(type))).toEqual([]);
    expect(texts.secrets.toSorted()).toEqual(["SigningSecret", "TwilioSecret"]);
    expect(texts.queues).not.toContain("mail");
    expect([...texts.variables].filter((name) => /CHAT|MAIL|WEB_|META|TELEGRAM|CUSTOM/.test(name))).toEqual([]);
    expect(texts.apis.toSorted()).toEqual(["HTTP", "WEBSOCKET"]);
  });

  it("nothing that fetches files or compares lists is there where inboxes are for mail", () => {
    const mail = deployed(inboxes.mailOnly);
    expect(missing(mail.functions)).toEqual(["chat", "fetch", "reconcile"]);
    expect(mail.secrets).toEqual(["SigningSecret"]);
    expect(mail.queues).not.toContain("media");
    expect([...mail.variables].filter((name) => /TWILIO|META|TELEGRAM|CUSTOM|MEDIA/.test(name))).toEqual([]);
  });

  it("a secret and a queue are there once, however many channels of a provider have an inbox", () => {
    const messengers = inboxes.all.filter(({ channel }) => ["whatsapp", "messenger", "instagram"].includes(channel));
    const { secrets, queues } = deployed(messengers);
    expect(secrets.toSorted()).toEqual(["MetaSecret", "SigningSecret", "TwilioSecret"]);
    expect(queues.filter((name) => name === "media")).toHaveLength(1);
  });
});
