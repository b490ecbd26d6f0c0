import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { RemovalPolicy, SecretValue, Validations } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { channelOf } from "../../../shared/channels/registry.ts";
import type { Inbox } from "../../../shared/core/inbox.ts";

/** What our own keys are called in the channels' contract; all other documents come from a provider. */
const signing = "signing";

/** What an operator fills in, by `Channel.secretName`: docs/deploy.md shows each with its fields filled. */
const emptyForms: Record<string, object> = {
  twilio: { accounts: [] },
  meta: { appSecret: "", verifyToken: "", accessTokens: {} },
  telegram: { bots: {} },
  custom: { inboxes: {} },
};

/** Documents of the providers that carry these inboxes. */
export function providerSecretNames(inboxes: Inbox[]): string[] {
  const named = inboxes.map((inbox) => channelOf(inbox)?.secretName);
  return [...new Set(named.filter((name): name is string => typeof name === "string" && name !== signing))];
}

/** `meta` → `MetaSecret`: in the template for ever, since another id would be another secret. */
export const secretIdOf = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}Secret`;

/** An empty form of what a provider gives: credentials never stand in a template. */
export function providerSecret(scope: Construct, name: string): Secret {
  const secret = new Secret(scope, secretIdOf(name), {
    description: `Switchyard's credentials at the provider "${name}"; docs/deploy.md says how to fill them in.`,
    secretStringValue: SecretValue.unsafePlainText(JSON.stringify(emptyForms[name] ?? {})),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(secret).acknowledge({
    id: "AwsSolutions-SMG4",
    reason:
      "A provider's credentials are rotated there; the one before beside the new one bridges it (docs/runbook.md).",
  });
  return secret;
}

/** A key of our own, made when the stack is, that nobody needs to know. */
export function ownKey(scope: Construct, id: string, key: string, description: string): Secret {
  const secret = new Secret(scope, id, {
    description: `${description}; docs/runbook.md says how to rotate it.`,
    generateSecretString: {
      secretStringTemplate: "{}",
      generateStringKey: key,
      passwordLength: 64,
      excludePunctuation: true,
    },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(secret).acknowledge({
    id: "AwsSolutions-SMG4",
    reason:
      "What it signed stays valid for days: a person rotates it, with the key before beside it (docs/runbook.md).",
  });
  return secret;
}
