import { type Cloud, startCloud as startEmbeddedCloud } from "../../infra/local/cloud.ts";
import { type Api, apiAt } from "./api.ts";
import { type MailClient, mailClient } from "./mail-client.ts";
import { routerThatNeverCloses } from "./open-hours.ts";

/*
 * The whole embedded cloud in the test's own process. One a test file: start it in beforeAll, stop it in afterAll, and
 * use customers' numbers of your own in each test.
 */

export interface CloudUnderTest {
  baseUrl: string;
  /** of the customers' chats */
  chatUrl: string;
  /** what a web shop signs vouch tokens with */
  vouchSecret: string;
  tokens: Cloud["tokens"];
  /** the simulated carrier's account, and our numbers for texts */
  account: Cloud["accounts"]["twilio"] & { numbers: string[] };
  accounts: Cloud["accounts"];
  clock: Cloud["clock"];
  twilio: Cloud["providers"]["twilio"];
  providers: Cloud["providers"];
  inboxes: Cloud["configuration"]["inboxes"];
  configuration: Cloud["configuration"];
  meter: Cloud["meter"];
  /** what the functions and the host have written */
  log: string[];
  api: Api;
  /** a customer's text by the simulated carrier; fails where the router does not take it */
  text(from: string, body: string, to?: string): Promise<{ sid: string }>;
  outbox(to: string): ReturnType<Cloud["providers"]["twilio"]["outbox"]>;
  /** mail by SMTP, and what customers have received */
  mail: MailClient;
  /** Fills a secret in anew, as an operator does. @param output of the templates that names it, e.g. MetaSecretId */
  putSecret(output: string, document: object): Promise<void>;
  /** everything that is kept: items of the tables, messages on the queues, once nothing is under way any more */
  dump(): Promise<Dump>;
  stop(): Promise<void>;
}

export interface Dump {
  /** by table */
  items: Record<string, unknown[]>;
  /** by queue: visible, in flight and delayed together */
  messages: Record<string, number>;
}

/** @param options.directory where state is kept; absent: in memory */
export async function startCloud(
  options: { directory?: string; configurationFile?: string } = {},
): Promise<CloudUnderTest> {
  const log: string[] = [];
  const cloud = await startEmbeddedCloud({
    directory: options.directory,
    configurationFile: options.configurationFile ?? routerThatNeverCloses(),
    port: 0,
    smtpPort: 0,
    log: (line) => log.push(line),
    onFailure: (reason) => log.push(`an engine has ended: ${reason}`),
  });
  const { baseUrl, chatUrl, vouchSecret, smtp, tokens, accounts, providers, clock } = cloud;
  const { twilio } = providers;
  const { inboxes } = cloud.configuration;
  const numbers = inboxes.filter(({ channel }) => channel === "sms").map(({ address }) => address);
  if (chatUrl === undefined || vouchSecret === undefined || smtp === undefined)
    throw new Error("The tests' configuration needs a mail inbox and a chat.");
  return {
    baseUrl,
    chatUrl,
    vouchSecret,
    mail: mailClient({ baseUrl, smtp }),
    tokens,
    account: { ...accounts.twilio, numbers },
    accounts,
    providers,
    inboxes,
    configuration: cloud.configuration,
    clock,
    twilio,
    log,
    api: apiAt(baseUrl, tokens),
    putSecret: (output, document) => putSecret(cloud, output, document),
    dump: () => dumpOf(cloud),
    meter: () => cloud.meter(),
    stop: () => cloud.stop(),
    outbox: (to) => twilio.outbox({ channel: "sms", to }),
    async text(from, body, to = numbers[0]!) {
      const { sid, status } = await twilio.inbound({ from, to, body });
      if (status === null || status >= 300) throw new Error(`the router answered the webhook with ${status}`);
      return { sid };
    },
  };
}

/** One whose first sweep has written each pool's beginning: what a request leaves behind is all that changes. */
export async function startSweptCloud(options: Parameters<typeof startCloud>[0] = {}): Promise<CloudUnderTest> {
  const cloud = await startCloud(options);
  await cloud.clock.advance(60_000);
  return cloud;
}

async function putSecret({ blueprint, engines }: Cloud, output: string, document: object): Promise<void> {
  const arn = Object.values(blueprint.outputs).find((outputs) => output in outputs)?.[output];
  const secret = blueprint.secrets.find((each) => each.arn === arn);
  if (!secret) throw new Error(`The templates have no output ${output} that names a secret.`);
  await engines.secrets.putSecret(secret.name, JSON.stringify(document));
}

async function dumpOf({ blueprint, clock, engines }: Cloud): Promise<Dump> {
  await clock.settle();
  const items: Dump["items"] = {};
  for (const { input } of blueprint.tables) {
    const found: unknown[] = [];
    let ExclusiveStartKey: unknown;
    do {
      const scan = { TableName: input.TableName, ConsistentRead: true, ExclusiveStartKey };
      const page = await engines.dynamo.call<{ Items: unknown[]; LastEvaluatedKey?: unknown }>("Scan", scan);
      found.push(...page.Items);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    items[input.TableName!] = found;
  }
  const messages: Dump["messages"] = {};
  for (const { name } of blueprint.queues) {
    const { Attributes = {} } = await engines.sqs.getQueueAttributes({ QueueUrl: name, AttributeNames: ["All"] });
    const counts = Object.entries(Attributes).filter(([key]) => key.startsWith("ApproximateNumberOfMessages"));
    messages[name] = counts.reduce((sum, [, count]) => sum + Number(count), 0);
  }
  return { items, messages };
}

const pollEveryMs = 20;

/** Asks again until there is an answer. @throws naming `what` after ten seconds */
export async function until<Value>(
  what: string,
  probe: () => Promise<Value | undefined | false> | Value | undefined | false,
  withinMs = 10_000,
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`after ${withinMs} ms still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
}
