import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { App } from "aws-cdk-lib/core";
import { addStacks } from "../../infra/aws/app.ts";
import { functionsFor } from "../../infra/aws/settings.ts";
import type { Inbox } from "../../shared/core/inbox.ts";

/*
 * The app over bundles that hold one line each: what a template says does not depend on what a bundle holds.
 */

export interface Resource {
  logicalId: string;
  Properties: Record<string, any>;
  DeletionPolicy?: string;
}

const sms: Inbox = { id: "sms-main", channel: "sms", address: "+15005550006" };

/** An inbox of every channel that makes a difference, and inboxes of none. */
export const inboxes = {
  all: [
    sms,
    { id: "support", channel: "email", address: "support@switchyard.test" },
    { id: "orders", channel: "email", address: "orders@mail.switchyard.test" },
    { id: "web", channel: "web", address: "web" },
    { id: "whatsapp", channel: "whatsapp", address: "106540352242922" },
    { id: "whatsapp-twilio", channel: "whatsapp", provider: "twilio", address: "+15005550010" },
    { id: "messenger", channel: "messenger", address: "1000000000001" },
    { id: "instagram", channel: "instagram", address: "17840000000000001" },
    { id: "telegram", channel: "telegram", address: "switchyard_bot" },
    { id: "counter", channel: "custom", address: "counter", replyUrl: "https://counter.switchyard.test/replies" },
  ],
  smsOnly: [sms],
  mailOnly: [{ id: "support", channel: "email", address: "support@switchyard.test" }],
} satisfies Record<string, Inbox[]>;

export interface Synthesized {
  stateful: Template;
  stateless: Template;
}

/** Hands over the app before synthesis, and removes what it wrote. */
export function withApp<Result>(
  context: Record<string, string>,
  use: (app: App) => Result,
  given: Inbox[] = inboxes.all,
): Result {
  const directory = mkdtempSync(join(tmpdir(), "switchyard-infra-"));
  try {
    const bundle = join(directory, "bundle");
    mkdirSync(bundle);
    writeFileSync(join(bundle, "index.cjs"), "exports.handler = async () => {};\n");
    const bundles = functionsFor(given).map((name) => ({ name, directory: bundle }));
    const app = new App({ analyticsReporting: false, outdir: join(directory, "assembly"), context });
    addStacks(app, { configuration: { inboxes: given }, bundles });
    return use(app);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export function synthesizeOverStubs(context: Record<string, string> = {}, given?: Inbox[]): Synthesized {
  const deployment = context.deployment ?? "switchyard";
  const synthesized = (app: App): Synthesized => {
    const assembly = app.synth();
    const template = (stack: string) => Template.fromJSON(assembly.getStackByName(`${deployment}-${stack}`).template);
    return { stateful: template("stateful"), stateless: template("stateless") };
  };
  return withApp(context, synthesized, given);
}

export const resourcesOf = (template: Template, type: string): Resource[] =>
  Object.entries(template.findResources(type)).map(([logicalId, resource]) => ({
    logicalId,
    ...(resource as Omit<Resource, "logicalId">),
  }));

/** The logical id behind a Ref, a GetAtt or an import of another stack's export. */
export function referred(value: any, ...templates: Template[]): string {
  const exportName: string | undefined = value?.["Fn::ImportValue"];
  if (exportName === undefined) return value?.Ref ?? value?.["Fn::GetAtt"]?.[0];
  for (const template of templates) {
    for (const output of Object.values(template.findOutputs("*"))) {
      if (output.Export?.Name === exportName) return referred(output.Value);
    }
  }
  throw new Error(`No template exports ${exportName}.`);
}
