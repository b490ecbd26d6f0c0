import { join, resolve } from "node:path";
import { App, type AppProps } from "aws-cdk-lib/core";
import type { CloudAssembly } from "aws-cdk-lib/cx-api";
import type { Configuration } from "../../shared/core/configuration.ts";
import { loadConfiguration } from "../configuration/load.ts";
import { bundleFunctions, projectDirectory, type Bundle } from "./bundle.ts";
import type { SignIn } from "./constructs/sign-in.ts";
import { StatefulStack } from "./stateful-stack.ts";
import { StatelessStack } from "./stateless-stack.ts";

/*
 * `cdk synth` and `cdk deploy` run this file; the embedded cloud and the tests call `synthesize`.
 *
 * Context (`-c key=value`):
 *   configuration   the rule set, router.yaml by default
 *   deployment      what names begin with, `switchyard` by default: a second deployment in one account has its own
 *   alarmTopic      ARN of an SNS topic that every alarm notifies
 *   receiptRuleSetName
 *                   the account's active rule set for mail in, to which a rule is added; else a set of its own is made
 *   issuer, audience, authorizeUrl, tokenUrl, logoutUrl, clientId
 *                   an OIDC issuer in place of the Cognito user pool; all six, or none
 */

export interface SynthesisOptions {
  /** router.yaml */
  configurationFile: string;
  /** gets `functions/` with the bundles and `assembly/` with templates and assets */
  outDirectory: string;
  /** as with `cdk -c` */
  context?: Record<string, string>;
}

/** Synthesizes in this process, without the CLI, credentials or network. */
export async function synthesize(options: SynthesisOptions): Promise<CloudAssembly> {
  const outDirectory = resolve(options.outDirectory);
  const configuration = loadConfiguration(options.configurationFile);
  const bundles = await bundleFunctions({ configuration, outDirectory: join(outDirectory, "functions") });
  const app = new App({
    ...appProps,
    outdir: join(outDirectory, "assembly"),
    context: { ...appProps.context, ...options.context },
  });
  addStacks(app, { configuration, bundles });
  return app.synth();
}

const appProps = {
  // A record of how often each construct is used, for the makers of CDK, is no part of a deployment.
  analyticsReporting: false,
  // An export that is in use can't be removed: what the stateless stack stands on stays where it is.
  context: { "@aws-cdk/core:defaultCrossStackReferences": "strong" },
} satisfies AppProps;

export interface Sources {
  configuration: Pick<Configuration, "inboxes">;
  /** of each function that the configuration needs */
  bundles: Pick<Bundle, "name" | "directory">[];
}

/** The stacks before synthesis, for checks that look at constructs. */
export function addStacks(app: App, { configuration: { inboxes }, bundles }: Sources): void {
  const deployment = deploymentName(app);
  const signIn = givenSignIn(app);
  const stateful = new StatefulStack(app, `${deployment}-stateful`, {
    deployment,
    inboxes,
    ownUserPool: signIn === undefined,
    receiptRuleSetName: receiptRuleSetName(app),
    description: "Switchyard: data, messages under way, secrets, users",
  });
  new StatelessStack(app, `${deployment}-stateless`, {
    deployment,
    stateful,
    inboxes,
    bundles,
    signIn,
    alarmTopicArn: alarmTopic(app),
    description: "Switchyard: functions, APIs, schedule, alarms",
  });
}

function deploymentName(app: App): string {
  const name: unknown = app.node.tryGetContext("deployment") ?? "switchyard";
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,29}$/.test(name) || /aws|amazon|cognito/.test(name)) {
    throw new Error(
      `The context "deployment" is ${JSON.stringify(name)}: it must be up to 30 lower-case letters, digits and hyphens, begin with a letter, and not contain "aws", "amazon" or "cognito", which sign-in domains may not.`,
    );
  }
  return name;
}

function alarmTopic(app: App): string | undefined {
  const arn: unknown = app.node.tryGetContext("alarmTopic");
  if (arn === undefined || (typeof arn === "string" && /^arn:aws[a-z-]*:sns:/.test(arn))) return arn;
  throw new Error(`The context "alarmTopic" is ${JSON.stringify(arn)}: it must be the ARN of an SNS topic.`);
}

function receiptRuleSetName(app: App): string | undefined {
  const name: unknown = app.node.tryGetContext("receiptRuleSetName");
  if (name === undefined || (typeof name === "string" && /^[A-Za-z0-9]([\w.-]{0,62}[A-Za-z0-9])?$/.test(name)))
    return name;
  throw new Error(
    `The context "receiptRuleSetName" is ${JSON.stringify(name)}: it must be the name of a receipt rule set, as "aws ses describe-active-receipt-rule-set" tells it.`,
  );
}

const signInKeys = ["issuer", "audience", "clientId", "authorizeUrl", "tokenUrl", "logoutUrl"] as const;

function givenSignIn(app: App): SignIn | undefined {
  const values = signInKeys.map((key) => [key, app.node.tryGetContext(key) as unknown] as const);
  const missing = values.filter(([, value]) => typeof value !== "string" || value === "").map(([key]) => key);
  if (missing.length === signInKeys.length) return undefined;
  if (missing.length > 0)
    throw new Error(`An issuer of your own needs the context ${missing.join(", ")} too: -c ${missing[0]}=…`);
  return Object.fromEntries(values) as unknown as SignIn;
}

if (import.meta.main) {
  const app = new App(appProps);
  const given: unknown = app.node.tryGetContext("configuration");
  const file = typeof given === "string" ? resolve(given) : join(projectDirectory, "router.yaml");
  const configuration = loadConfiguration(file);
  const bundles = await bundleFunctions({ configuration, outDirectory: join(projectDirectory, "build/functions") });
  addStacks(app, { configuration, bundles });
  app.synth();
}
